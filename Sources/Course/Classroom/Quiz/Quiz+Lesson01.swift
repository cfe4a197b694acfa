extension Quiz {
  /// Uniform mapping and scale.
  static let lesson1 = Quiz(
    lesson: 1,
    questions: [
      Question(
        "A 4-bit grid runs from −1.5 to 1.5. How far apart are its levels?",
        [
          .wrong(
            "3 / 16",
            because:
              "16 is the number of levels. There is one step fewer between them, as a fence has one gap "
              + "fewer than posts."),
          .right(
            "3 / 15",
            because:
              "16 levels have 15 steps between them, and those share the whole range, from −1.5 to 1.5."),
          .wrong(
            "1.5 / 15",
            because:
              "That spreads the 15 steps over half of the range. The grid reaches as far below zero as "
              + "above it."),
          .wrong(
            "15 / 3",
            because: "Those are the steps in a unit, the inverse of the scale. The scale is units a step."),
        ]),
      Question(
        "Why must real 0 have a code of its own, without any error?",
        [
          .wrong(
            "Because most weights are 0.",
            because: "Hardly any weight is exactly 0. The zeros that matter are put in by the network itself."
          ),
          .wrong(
            "Because int8 has a code 0, and it has to stand for something.",
            because: "Code 0 may stand for any number. The code that stands for real 0 is the zero point, "
              + "which may be −128 as well as 5."),
          .right(
            "Because padding and ReLU put in exact zeros, and a small error there would be made "
              + "thousands of times, always in the same direction.",
            because: "Errors that are the same everywhere do not cancel out in a sum: they shift all of it."),
          .wrong(
            "So that the zero point can be left out of the arithmetic.",
            because:
              "Only a symmetric grid can leave it out. An affine grid has its zero point, and needs it "
              + "to be an integer."),
        ]),
    ])
}
