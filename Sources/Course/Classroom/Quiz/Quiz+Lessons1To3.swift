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

  /// Lossy round trips.
  static let lesson2 = Quiz(
    lesson: 2,
    questions: [
      Question(
        "Numbers fill a grid evenly. The grid gets one bit more. What becomes of the signal-to-noise "
          + "ratio?",
        [
          .wrong(
            "It gains 3 dB.",
            because: "That would be half of the noise's power. The step is halved, and power goes with the "
              + "square of it."),
          .wrong(
            "It doubles.",
            because: "Decibels are logarithms: a factor in power is a sum in decibels, wherever one starts."),
          .wrong(
            "Nothing, as long as no number is clipped.",
            because:
              "Rounding makes noise inside the range too, half a step at most, and the step has become "
              + "smaller."),
          .right(
            "It gains 6 dB.",
            because:
              "Half the step, a quarter of the noise's power, and ten times the logarithm of 4 is 6.02."),
        ]),
      Question(
        "The weights of one channel lie within ±0.01, those of another within ±1. One symmetric int8 "
          + "scale serves both. What is left of the first channel?",
        [
          .right(
            "Three codes: −1, 0 and 1.",
            because: "A step is 1/127, about 0.008, and 0.01 is only 1.3 of them. A scale of its own would "
              + "give the channel all 255 codes."),
          .wrong(
            "It is clipped.",
            because: "The range reaches to ±1, so nothing of it is cut off."),
          .wrong(
            "As much as of the other: an error is half a step at most in both.",
            because: "That is the absolute error. Half a step is 0.004, which is little beside 1 and much "
              + "beside 0.01."),
          .wrong(
            "Everything: small numbers have small errors.",
            because: "So it is with floats. On a uniform grid the error does not shrink with the number."),
        ]),
    ])

  /// FakeQuant.
  static let lesson3 = Quiz(
    lesson: 3,
    questions: [
      Question(
        "What comes out of a fake-quant operation in the forward pass?",
        [
          .wrong(
            "Integers from −128 to 127.",
            because:
              "Those are the codes on the way. The operation goes back to floats, and that is why it is "
              + "called fake."),
          .right(
            "Floats, but only such as lie on the grid.",
            because: "The rounding error is in them already, so the loss sees what the integers will do."),
          .wrong(
            "The floats that came in: it changes the gradient only.",
            because: "It is the other way round. The values are rounded, and the gradient passes as though "
              + "they were not."),
          .wrong(
            "Floats rounded to whole numbers.",
            because: "They are whole numbers of steps. A step is the scale, and hardly ever 1."),
        ]),
      Question(
        "A number lies above the range's max. Where does its gradient go, by the straight-through "
          + "estimator?",
        [
          .wrong(
            "To the number, unchanged.",
            because: "So it would inside the range. Here the output is max, however the number moves."),
          .wrong(
            "Nowhere: a staircase is flat, so its slope is 0.",
            because:
              "That is the true slope, and no network learns by it. The estimator replaces it, and max "
              + "still has an effect."),
          .right(
            "To max; the number itself gets 0.",
            because: "The output stands at max, so only moving max moves it. That is how ranges learn."),
          .wrong(
            "Half to the number and half to max.",
            because: "The output is the one or the other, never a mean of the two."),
        ]),
    ])
}
