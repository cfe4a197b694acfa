extension Quiz {
  /// Models in files.
  static let lesson10 = Quiz(
    lesson: 10,
    questions: [
      Question(
        "One bit of a .tflite file has been flipped on its way, and the file is read without a complaint. "
          + "What may be said of the network?",
        [
          .wrong(
            "It is the one that was sent: the reader checks every byte.",
            because:
              "It checks offsets, sizes and types. A weight may be any code, so another code is as good."),
          .wrong(
            "Its weights are right, since the file has a checksum.",
            because: "The format has none. That is why a SHA-256 is shipped beside a file."),
          .right(
            "It may compute other codes: most bytes of a large file are weights.",
            because: "No damaged weight is noticed, as the lesson has tried with every bit."),
          .wrong(
            "It computes nothing sensible any more.",
            because: "One weight is a code of its own layer still, only another one. Few answers will change."
          ),
        ]),
      Question(
        "A network with weights of 4 bits is written as an ONNX file of operator set 13, and is as large as one "
          + "of 8 bits. Why?",
        [
          .right(
            "That version has no type of 4 bits, so each code lies in a byte.",
            because: "INT4 came with version 21. The codes are the same, half of each byte is unused."),
          .wrong(
            "The writer has changed the weights to 8 bits.",
            because: "They are the same 15 codes. Only how they are stored differs."),
          .wrong(
            "Two codes of 4 bits cannot share a byte, since each needs a sign.",
            because: "They can, with the sign in 4 bits: −8 to 7. Version 21 and .tflite do it."),
          .wrong(
            "The scales and biases are as large as the weights.",
            because: "There is one of each for a channel, and hundreds of weights."),
        ]),
    ])
}
