/// Exercise 03.1: to a code and back, in one step.
public protocol Exercise0301: Sendable {
  /// The float that comes back when `x` goes to its code, 0…2^bits − 1, and returns.
  ///
  /// The grid is real = scale × (code − zeroPoint), with the scale that spreads the codes over `low` to `high`
  /// and the zero point of lesson 1: the code nearest to where 0 falls, from halfway between two codes the upper one, so
  /// that 0 comes back as exactly 0.
  /// A number beyond the grid's ends takes the end's code, which need not stand for `low` or `high` any more.
  ///
  /// By hand first: low −0.5, high 1 and 2 bits give the codes 0, 1, 2, 3 and a scale of 0.5. Which code
  /// stands for 0? What comes back for 0.3? And for 5?
  ///
  /// - Parameters:
  ///   - x: Any finite number. If it lies halfway between two levels, either may come back.
  ///   - low: The lower end of the range: 0 or below.
  ///   - high: The upper end of the range: 0 or above; not both ends are 0.
  ///   - bits: The bits of a code, 2 to 8.
  /// - Returns: What the code of `x` stands for.
  /// - Throws: `Todo` until it is solved.
  static func fakeQuantize(_ x: Float, low: Float, high: Float, bits: Int) throws -> Float
}

extension Exercise {
  /// To a code and back, in one step.
  public static let fakeQuantize = Exercise(
    "03.1", "fake-quantize one number", section: "lesson 3, \"There and back, in one step\"",
    crash:
      "Int(…) crashes at numbers too large for it, such as the steps of 1e30. Limit the code while it is "
      + "still a Float; in fact it can stay one to the end.",
    hints: [
      "What goes in is a float, and what comes out is a float. Which numbers can come out at all, for low "
        + "−0.5, high 1 and 2 bits? There are four.",
      "Read \"There and back, in one step\" in lesson 3. Its formula has four stages from the inside out; "
        + "exercises 01.1, 01.2 and 01.3 have a line for the scale, for the zero point and for the code.",
      "Four lines: the scale; the zero point, rounded, counted from code 0 this time; the code, rounded and "
        + "limited to 0…2^bits − 1; and then the way back.",
    ])
}
