extension Quiz {
  /// Annotate and configure.
  static let lesson8 = Quiz(
    lesson: 8,
    questions: [
      Question(
        "A dense layer has no mark; all others have one. The network reads as many digits as in floats. What "
          + "can you say?",
        [
          .wrong(
            "Its weights in 8 bits do no harm.",
            because: "They are not in 8 bits: without a mark they are floats. The accuracy cannot tell."),
          .wrong(
            "The layer was quantized by the registry.",
            because: "The registry says how a marked layer is quantized. One without a mark is left alone."),
          .wrong(
            "Its input has lost its quantizer.",
            because:
              "The layer before it is marked, and rounds what it puts out. It is this layer's kernel that "
              + "nobody rounds."),
          .right(
            "Nothing of its weights: ask explain, or try to convert.",
            because:
              "Floats always read well. That a layer was left out is seen in what is said of it, not in "
              + "the digits."),
        ]),
      Question(
        "Your report says that one layer hurts most. It holds nine tenths of all weights. Where does the next "
          + "bit go?",
        [
          .wrong(
            "To that layer, since it hurts most.",
            because: "For the bytes of one bit more in it, all other layers could have eight bits each."),
          .right(
            "To the layer that saves most loss for a byte.",
            because:
              "A budget is spent well if each byte saves as much as it can. Small layers are often first."),
          .wrong(
            "To the smallest layer.",
            because: "It is cheap, but if its rounding does no harm, the byte is lost."),
          .wrong(
            "To every layer alike.",
            because: "Equal bits are one plan of many, and most of the bytes go where they save little."),
        ]),
    ])

  /// One network, four machines.
  static let lesson9 = Quiz(
    lesson: 9,
    questions: [
      Question(
        "Two runtimes have the same weights, the same grids and the same accumulators. Where can their codes "
          + "still part?",
        [
          .wrong(
            "Nowhere: integers have one result.",
            because: "A sum of products has. Then it is multiplied by a real number, and rounded."),
          .wrong(
            "In the sums, which depend on their order.",
            because: "Sums of floats do. In integers the order does not matter."),
          .right(
            "In the requantization: how often it rounds, and where ties go.",
            because:
              "Half a step is rounded up by one and to the even code by the other, and two roundings may "
              + "lift what one would not."),
          .wrong(
            "In the zero points.",
            because: "Those belong to the grids, which are the same."),
        ]),
      Question(
        "You port a network to a new chip, and 4 of 100 codes of the scores differ from the reference by one. "
          + "What do you do first?",
        [
          .right(
            "Find the first operation that differs, and by which rule.",
            because:
              "There the cause is alone. If it is a tie or a second rounding, the port may be right; what "
              + "follows is only handed on."),
          .wrong(
            "Nothing: the answers are the same.",
            because:
              "A mistake in an operation also leaves most answers as they are. The accuracy does not tell "
              + "a mistake from a matter of taste."),
          .wrong(
            "Look for the mistake in the last layer.",
            because: "Its codes differ because its inputs do. Differences are handed on from before."),
          .wrong(
            "Calibrate again.",
            because:
              "The grids are the same in both. Other grids would hide the difference and not explain it."),
        ]),
    ])
}
