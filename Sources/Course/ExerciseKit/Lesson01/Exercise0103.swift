/// Exercise 01.3: a real number's code, without a crash.
public protocol Exercise0103: Sendable {
  /// The int8 code of `x` on a grid: the nearest one, limited to −128…127.
  ///
  /// The grid is real = scale × (code − zeroPoint). The steps from zero, x / scale, are rounded by
  /// `.rounded(.toNearestOrEven)`: of two whole numbers that are equally near, it takes the even one. Every `x` has a code, infinities too; NaN is
  /// never asked.
  ///
  /// By hand first: scale 0.1, zero point 10. What is the code of 0.32? And of 100?
  ///
  /// - Throws: `Todo` until it is solved.
  static func quantize(_ x: Float, scale: Float, zeroPoint: Int) throws -> Int8
}

extension Exercise {
  /// A real number's code, without a crash.
  public static let quantize = Exercise(
    "01.3", "quantize, without a crash", section: "lesson 1, \"The ends of the grid\"",
    crash:
      "Int8(…) crashes outside −128…127, and Int(…) at numbers too large for it. Limit first, convert last.",
    hints: [
      "Solve real = scale × (code − zeroPoint) for the code. What does it give for x = 100 at scale 0.1?",
      "Read \"The ends of the grid\" in lesson 1. A number beyond the ends takes the end's code: it is "
        + "clipped.",
      "Divide, `.rounded(.toNearestOrEven)`, add the zero point, limit with `min(max(…))`, and only then "
        + "turn it into an Int8. All but the last step is Float arithmetic, which never crashes.",
    ])
}
