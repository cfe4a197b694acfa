import Charting
import Support

/// Exercise 01.3: a real number's code, without a crash.
public protocol Exercise0103: Sendable {
  /// The int8 code of `x` on a grid: the nearest one, a tie to the even step, limited to −128…127.
  ///
  /// The grid is real = scale × (code − zeroPoint). Every `x` has a code, the infinities too; of NaN
  /// nothing is asked.
  ///
  /// By hand first: scale 0.1, zero point 10. What is the code of 0.32? And of 100?
  ///
  /// - Throws: `Todo` until it is solved.
  static func quantize(_ x: Float, scale: Float, zeroPoint: Int) throws -> Int8
}

extension Exercise {
  /// A real number's code, without a crash.
  public static let quantize = Exercise(
    "01.3", "quantize, without a crash",
    hints: [
      "Solve real = scale × (code − zeroPoint) for the code. What does it give for x = 100 at scale 0.1?",
      "Read \"The ends of the grid\" in lesson 1. A number beyond the ends takes the end's code: it is clipped.",
      "Divide, `.rounded(.toNearestOrEven)`, add the zero point, limit with `min(max(…))`, and only then turn "
        + "it into an Int8. All but the last step is Float arithmetic, which never crashes.",
    ])
}

/// Checks an answer to exercise 01.3.
///
/// - Throws: what the answer throws.
public func check(_ answer: (some Exercise0103).Type) throws -> [Finding] {
  let section = "lesson 1, \"The ends of the grid\""
  let numbers: [(x: Float, scale: Float)] = [
    (0, 0.1), (0.32, 0.1), (-0.27, 0.1), (0.25, 0.5), (-0.25, 0.5), (0.75, 0.5), (5, 0.1), (11.7, 0.1),
    (11.8, 0.1), (-13.8, 0.1), (100, 0.1), (-100, 0.1), (3e38, 0.1), (.infinity, 0.1), (-.infinity, 0.1),
  ]
  for zeroPoint in [10, 0, -128] {
    for (x, scale) in numbers {
      let given = Int(try answer.quantize(x, scale: scale, zeroPoint: zeroPoint))
      let steps = x / scale
      func code(_ rounded: Float) -> Int { Int(min(max(rounded + Float(zeroPoint), -128), 127)) }
      let right = code(steps.rounded(.toNearestOrEven))
      if given == right { continue }
      let asked =
        "quantize(\(x), scale: \(scale), zeroPoint: \(zeroPoint)) should be \(right); yours gave \(given)."
      func finding(_ id: String, _ cause: String) throws -> [Finding] {
        let chart = try staircase(answer)
        return [Finding(id, observation: asked, likelyCause: cause, section: section, figure: chart)]
      }
      if given == code(steps.rounded(.towardZero)) {
        return try finding("truncated", "Int8(…) drops the fraction. Round to the nearest code first.")
      }
      if given == code(steps.rounded(.toNearestOrAwayFromZero)) {
        return try finding(
          "ties-away",
          "\(brief(steps)) lies halfway between two codes. .rounded() takes ties away from zero; "
            + "a tie to the even one was asked for.")
      }
      let unlimited = steps.rounded(.toNearestOrEven)
      if unlimited.isFinite, unlimited.magnitude < 1e9,
        given == Int(Int8(truncatingIfNeeded: Int(unlimited) + zeroPoint))
      {
        return try finding(
          "wrapped",
          "The number's code would be \(Int(unlimited) + zeroPoint), beyond int8, and its low byte is what you "
            + "returned: a large number came back with the wrong sign. Limit the code to −128…127 instead.")
      }
      if given == Int(min(max(unlimited, -128), 127)), zeroPoint != 0 {
        return try finding(
          "zero-point-forgotten",
          "That is the number of steps from zero. Zero itself has the code \(zeroPoint).")
      }
      return try finding(
        "wrong-value", "It is \(brief(steps)) steps from zero, and zero has the code \(zeroPoint).")
    }
  }
  return []
}

/// The student's staircase over the right one, at scale 0.1.
private func staircase(_ answer: (some Exercise0103).Type) throws -> Chart {
  let x = (-160...160).map { Float($0) / 10 + 0.05 }
  let given = try x.map { Int(try answer.quantize($0, scale: 0.1, zeroPoint: 0)) }
  let right = x.map { Int(min(max(($0 / 0.1).rounded(.toNearestOrEven), -128), 127)) }
  return Chart(
    title: "Your staircase and the one asked for", x: Axis("x"), y: Axis("code"),
    marks: [
      .line(x: x, y: right, label: "asked for", color: .gray),
      .line(x: x, y: given, label: "yours", color: .vermilion, dash: .dashed),
    ])
}
