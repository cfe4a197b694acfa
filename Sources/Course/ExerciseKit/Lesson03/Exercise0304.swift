/// Exercise 03.4: quantization-aware training, whole; it takes an evening.
public protocol Exercise0304: Sendable {
  /// The weights of a linear model after some steps of quantization-aware training.
  ///
  /// In each step, the weights are rounded for the forward pass: the scale is the largest magnitude among them, divided
  /// by the last code 2^(bits − 1) − 1, and a weight becomes its nearest code, a tie the even one, times the scale. The
  /// output for an example is the sum of its inputs times the rounded weights; the loss is the mean, over the examples,
  /// of (output − target)². Its gradient with respect to the rounded weights goes straight through to the float
  /// weights, which take one step of gradient descent.
  ///
  /// By hand first: weights [0.75, −1], one example [1, 1] with target 1, 2 bits and rate 0.125. Which weights does
  /// the model compute with? What does it put out, and what is the gradient of the loss? Where are the
  /// weights after one step?
  ///
  /// - Parameters:
  ///   - weights: The float weights at the start; they are never all 0.
  ///   - inputs: The examples, at least one, each with as many inputs as there are weights.
  ///   - targets: The target of each example.
  ///   - bits: The bits of a weight's code, 2 to 8.
  ///   - rate: The learning rate.
  ///   - steps: How many steps to take, at least one.
  /// - Returns: The float weights after the last step.
  /// - Throws: `Todo` until it is solved.
  static func trained(
    weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
  ) throws -> [Float]
}

extension Exercise {
  /// Quantization-aware training, whole.
  public static let training = Exercise(
    "03.4", "quantization-aware training, whole", section: "lesson 3, \"One weight learns\"",
    index:
      "An index beyond the end of a list crashes: there are as many inputs in an example as weights, and as many "
      + "targets as examples.",
    hints: [
      "There are two sets of weights in it: one that the model computes with, and one that is remembered. Which of them "
        + "does the gradient change?",
      "Read \"One weight learns\" in lesson 3. With e as output − target, the gradient of the mean of e² with respect to "
        + "a rounded weight is 2 · e · input, averaged over the examples; straight through, the float weight gets the "
        + "same.",
      "A loop over the steps. In it: the scale from the weights as they are now, the rounded weights, one error for each "
        + "example, one gradient for each weight, and at the end the new float weights. Write a small function for "
        + "each of these, and try them with the example by hand.",
    ])
}
