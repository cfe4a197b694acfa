extension Quiz {
  /// MNIST-style QAT, from float to integers.
  static let lesson7 = Quiz(
    lesson: 7,
    questions: [
      Question(
        "At 8 bits, a network after QAT reads slightly more digits than the float network that it was "
          + "made from. What is the likely reason?",
        [
          .wrong(
            "int8 is more exact than float32.",
            because: "It has 256 values at most for what float32 writes with 24 bits."),
          .wrong(
            "Quantization errors make the test images easier.",
            because:
              "They are the same images. Noise in training can help a network that learns by heart, but "
              + "to claim that one needs the equally long float run."),
          .right(
            "It was trained longer.",
            because: "A float network that is trained equally long gains as much. That is the one to compare "
              + "with."),
          .wrong(
            "Calibration has seen the test set.",
            because: "Ranges come from training images. If they came from the test set, the number would be "
              + "worth nothing."),
        ]),
      Question(
        "At 2 bits, quantization after training falls apart, and QAT recovers. What has QAT changed?",
        [
          .wrong(
            "It has a finer grid.",
            because: "Both have four codes for a weight. With the same grid, the weights are others."),
          .right(
            "The weights: they have moved to where rounding does least harm.",
            because:
              "The loss was computed with rounded weights, so training looked for such as are good when "
              + "rounded."),
          .wrong(
            "It leaves the first and last layers in float.",
            because: "Some papers do. Here every kernel is rounded, the first and the last too."),
          .wrong(
            "It rounds in training only, and runs in float.",
            because: "The integers that run are those that training simulated. That is the point of it."),
        ]),
    ])
}
