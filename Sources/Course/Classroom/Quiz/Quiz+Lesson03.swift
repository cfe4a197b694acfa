extension Quiz {
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
