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
            because: "A weight of 2 bits has at most four codes, before and after. With the same grid, the "
              + "weights are others."),
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
