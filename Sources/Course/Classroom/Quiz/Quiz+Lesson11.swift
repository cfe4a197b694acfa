extension Quiz {
  /// What can be done before training.
  static let lesson11 = Quiz(
    lesson: 11,
    questions: [
      Question(
        "Between two convolutions stands a ReLU6 in place of a ReLU. May their channels be equalized?",
        [
          .wrong(
            "Yes: both clip below 0, and 0 stays 0 whatever it is multiplied by.",
            because: "That is true of the lower end. The upper end, 6, would have to move with each channel."),
          .right(
            "No: a channel that is divided by 4 would have to be clipped at 1.5, and is clipped at 6.",
            because:
              "min(s·x, 6) is not s·min(x, 6). Tools put a ReLU in its place first, which is another network."
          ),
          .wrong(
            "Yes, if the factors are powers of two.",
            because: "Such factors make the division exact. They do not move the clip."),
          .wrong(
            "No: only layers with nothing between them can be equalized.",
            because: "A ReLU may stand there, and pooling: f(s·x) = s·f(x) for every s above 0."),
        ]),
      Question(
        "AdaRound has rounded a third of the weights of a layer to the code that is *not* the nearest. What has become of "
          + "the layer?",
        [
          .wrong(
            "Its weights are closer to the floats, since there was a training.",
            because: "They are further away, each one that was moved. The nearest code is the nearest."),
          .wrong(
            "It has learned from the labels which weights matter.",
            because: "It has seen images alone, and the outputs of the float layer for them."),
          .right(
            "Its outputs are closer to those of floats: errors of weights cancel.",
            because: "A sum is right if what is too much in one product is too little in another."),
          .wrong(
            "It needs more bits than before.",
            because: "Each weight has the code above it or the code below, on the same grid."),
        ]),
    ])
}
