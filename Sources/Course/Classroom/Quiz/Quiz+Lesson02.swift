extension Quiz {
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
}
