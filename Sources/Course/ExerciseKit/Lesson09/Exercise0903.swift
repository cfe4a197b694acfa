/// Exercise 09.3: scales for a machine that shifts.
public protocol Exercise0903: Sendable {
  /// The scales of a layer's three tensors as powers of two, and the shift that takes the place of its multiplier.
  ///
  /// Each tensor is given by its largest magnitude, above 0. Its codes are symmetric and end at 127. Its scale is the
  /// smallest power of two, 2^e, at which code 127 reaches that far; the results are the exponents e. An
  /// accumulator counts in input scale × kernel scale, the output in its own scale. To go from one to the other,
  /// the accumulator moves to the right by `shift` bits, or to the left if that is negative.
  ///
  /// By hand first: input 1, kernel 0.5, output 10. At the scale 1/64 code 127 reaches 1.98, at 1/128 it reaches
  /// 0.99: which is the smallest scale that reaches 1? And by how many bits does the accumulator move?
  ///
  /// - Throws: `Todo` until it is solved.
  static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
    input: Int, kernel: Int, output: Int, shift: Int
  )
}

extension Exercise {
  /// Scales for a machine that shifts.
  public static let powersOfTwo = Exercise(
    "09.3", "scales for a machine that shifts",
    section: "lesson 9, \"Scales that are not yours to choose\"",
    crash:
      "Int(…) crashes at numbers too large for it, and at an infinity. Does your loop or your logarithm give one?",
    hints: [
      "How far does code 127 reach if the scale is 1? If it is a half, a quarter, an eighth? Stop before it is too "
        + "short.",
      "Read \"Scales that are not yours to choose\" in lesson 9. A multiplier is input scale × kernel scale ÷ output "
        + "scale; of powers of two, multiplying and dividing is adding and subtracting exponents.",
      "One function for an exponent, used three times: begin with a scale of 1 and exponent 0; while it does not "
        + "reach, double; while half of it still reaches, halve. Then the shift. A shift of 3 to the right is a "
        + "multiplier of 2^−3.",
    ])
}
