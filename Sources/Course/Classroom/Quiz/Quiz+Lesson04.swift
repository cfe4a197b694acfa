extension Quiz {
  /// The Keras layer lifecycle.
  static let lesson4 = Quiz(
    lesson: 4,
    questions: [
      Question(
        "When does a Dense layer get its kernel?",
        [
          .wrong(
            "In init, together with its units.",
            because: "A kernel has as many rows as there are inputs, and init does not know them."),
          .wrong(
            "In call, each time.",
            because: "Then nothing learned would be left for the next call."),
          .right(
            "In build, at the first call, when the shape of the inputs is known.",
            because: "From then on the kernel is there, and other batch sizes are welcome, but not other "
              + "features."),
          .wrong(
            "In fit, before the first epoch.",
            because: "fit only calls the model, as anyone may. Without fit there are weights too, after the "
              + "first call."),
        ]),
      Question(
        "A layer of your own keeps a number in a property, without addWeight. What is wrong with it?",
        [
          .right(
            "It is not trained, not saved, and not found by name, and nobody says so.",
            because: "The model knows those weights alone that addWeight has told it of."),
          .wrong(
            "The layer cannot be built.",
            because: "It can, and it computes. That is what makes the mistake hard to see."),
          .wrong(
            "Nothing, if its initial value is good.",
            because: "It keeps that value forever: no optimizer sees it."),
          .wrong(
            "It makes call slower.",
            because: "Speed is the same. What is missing is everything that happens to weights outside of "
              + "call."),
        ]),
    ])
}
