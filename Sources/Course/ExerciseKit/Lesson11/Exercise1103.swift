/// Exercise 11.3: up or down.
public protocol Exercise1103: Sendable {
  /// Where a weight lies, in codes, while AdaRound trains: between the code below it and the one above.
  ///
  /// It is ⌊weight / scale⌋ + h, clipped to the lowest and the highest code. h is σ(V)·1.2 − 0.1, clipped to 0…1; the
  /// number σ(V), between 0 and 1, is given as `sigmoid`.
  ///
  /// By hand first: the weight −0.5, the scale 0.2 and σ(V) = 0.75. Which code lies below −2.5? What is h, and where does
  /// the weight lie?
  ///
  /// - Throws: `Todo` until it is solved.
  static func position(weight: Float, scale: Float, sigmoid: Float, codes: ClosedRange<Int>) throws -> Float
}

extension Exercise {
  /// Up or down.
  public static let upOrDown = Exercise(
    "11.3", "up or down", section: "lesson 11, \"Round up or down\"",
    hints: [
      "−0.5 / 0.2 is −2.5. Of −2 and −3, which lies *below* it on the number line?",
      "Read \"Round up or down\" in lesson 11. h is 0 for \"down\" and 1 for \"up\", and is never outside of these.",
      "Three steps: `(weight / scale).rounded(.down)`; h from `sigmoid`, held between 0 and 1 by `min` and `max`; their "
        + "sum, held between the two ends of `codes`.",
    ])
}
