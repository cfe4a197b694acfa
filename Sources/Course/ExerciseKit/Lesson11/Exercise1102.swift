/// Exercise 11.2: correct a bias.
public protocol Exercise1102: Sendable {
  /// The bias of a neuron after its weights were rounded, so that its mean output over some inputs is what it was.
  ///
  /// The neuron gives the sum of weight times input, plus the bias. `rounded` are its rounded weights, and each of
  /// `inputs`, of which there is at least one, has a number for each weight.
  ///
  /// By hand first: bias 0.5, weights [0.9, −0.4], rounded [1, −0.5], inputs [1, 2] and [3, 0]. How much larger is the
  /// sum with the rounded weights, for the first input and for the second? What is the mean of the two?
  ///
  /// - Throws: `Todo` until it is solved.
  static func corrected(bias: Float, weights: [Float], rounded: [Float], inputs: [[Float]]) throws -> Float
}

extension Exercise {
  /// Correct a bias.
  public static let correctedBias = Exercise(
    "11.2", "correct a bias", section: "lesson 11, \"Correct the bias\"",
    index: "An index beyond the end of a list crashes. An input has as many numbers as there are weights.",
    hints: [
      "For the input [1, 2], the weights [0.9, −0.4] give 0.1 before the bias. What do the rounded ones give?",
      "Read \"Correct the bias\" in lesson 11. The error of a neuron differs from image to image; its mean is a number, "
        + "and so is a bias.",
      "For each input: the sum of (rounded − weight) · x over the weights. Take the mean over the inputs. Is it added to "
        + "the bias, or subtracted?",
    ])
}
