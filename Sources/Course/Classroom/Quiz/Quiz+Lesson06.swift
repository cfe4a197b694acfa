extension Quiz {
  /// BN folding and ReLU fusion.
  static let lesson6 = Quiz(
    lesson: 6,
    questions: [
      Question(
        "A batch normalization is folded into the convolution before it. By what is a channel's "
          + "kernel multiplied?",
        [
          .right(
            "γ / σ",
            because: "The normalization divides by σ and multiplies by γ, each channel by its own."),
          .wrong(
            "σ / γ",
            because: "That undoes a normalization. The kernel has to do it."),
          .wrong(
            "γ / σ²",
            because: "σ² is the variance. A normalization divides by its square root."),
          .wrong(
            "γ, and nothing else: the statistics belong to training.",
            because: "In inference the moving statistics still divide. They have merely stopped moving."),
        ]),
      Question(
        "A convolution is followed by a ReLU, and the runtime fuses the two. Where does the "
          + "fake-quant of the output belong?",
        [
          .wrong(
            "Between the two.",
            because: "There the runtime has its accumulator still, and rounds nothing. And half of the codes "
              + "may go to numbers that the ReLU deletes."),
          .wrong(
            "In both places.",
            because: "That rounds twice in training and once in the runtime: not the network that will run."),
          .right(
            "Behind the ReLU.",
            because: "The two are one operation, which rounds once, at its end. So all codes serve numbers "
              + "that are left."),
          .wrong(
            "Nowhere, but the kernel's goes: the ReLU takes care of it.",
            because:
              "The kernel is stored in int8 whatever stands behind it. Leaving it out is a defect that "
              + "the lesson shows."),
        ]),
    ])
}
