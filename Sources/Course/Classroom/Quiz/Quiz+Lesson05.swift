extension Quiz {
  /// Wrappers and ClipWrapper.
  static let lesson5 = Quiz(
    lesson: 5,
    questions: [
      Question(
        "What does ClipWrapper clip?",
        [
          .wrong(
            "What the layer inside puts out.",
            because: "It could, in another wrapper. This one works before the layer's call."),
          .wrong(
            "The weights of the layer inside.",
            because:
              "A wrapper that rounds or clips weights is possible; min and max here are for the inputs."),
          .wrong(
            "The gradients.",
            because: "They are changed as a consequence: where an input was clipped, none reaches it."),
          .right(
            "What comes in, before the layer inside is called with it.",
            because: "The layer sees nothing beyond min and max, and does not know why."),
        ]),
      Question(
        "A range stays at −6 to 6, and all activations lie between 0 and 1. The clip is then replaced "
          + "by an 8-bit fake-quant. What is wrong?",
        [
          .wrong(
            "Nothing: no activation is clipped.",
            because: "Clipping is half of the matter. The other half is how fine the steps are."),
          .right(
            "About 21 of the 256 codes are used.",
            because: "A step is 12/255, about 0.047, and from 0 to 1 it is 21 of them: more than three bits "
              + "are wasted."),
          .wrong(
            "The activations are clipped to 0.",
            because: "They lie inside the range, all of them."),
          .wrong(
            "No gradient passes.",
            because: "It passes inside the range, unchanged. The loss is in the values."),
        ]),
    ])
}
