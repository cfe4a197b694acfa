/// Exercise 08.3: place bits under a budget.
public protocol Exercise0803: Sendable {
  /// The bits of each of `layers`, in their order, that a budget of bytes buys.
  ///
  /// Every layer begins with 2 bits. Then one bit after the other is bought: of all layers whose next bit still
  /// fits into the budget, the one gets it that saves most loss for a byte of this bit. It ends where no next bit
  /// fits, or none is left to buy. The bytes of all bits, the first two of each layer included, are at most
  /// `budget`.
  ///
  /// By hand first: budget 60, and two layers. conv has 4 bytes a bit and saves 0.4, then 0.1; hidden has 20 bytes a
  /// bit and saves 1, then 0.5. Two bits for both are 48 bytes. What does conv's third bit save for a byte, and
  /// what hidden's? Which of them fit?
  ///
  /// No two bits that could be bought next save the same for a byte. Two bits for all fit into the budget.
  ///
  /// - Throws: `Todo` until it is solved.
  static func bits(for layers: [LayerPrice], budget: Int) throws -> [Int]
}

/// What the bits of a layer cost and save, in exercise 08.3.
public struct LayerPrice: Hashable, Codable, Sendable {
  /// The layer's name.
  public let name: String
  /// What one more bit for all of its weights costs, in bytes.
  public let bytesPerBit: Int
  /// How much loss its third bit saves, its fourth, and so on; after the last of them no more bit is to be had.
  public let saved: [Double]

  /// Creates the prices of a layer.
  public init(name: String, bytesPerBit: Int, saved: [Double]) {
    (self.name, self.bytesPerBit, self.saved) = (name, bytesPerBit, saved)
  }
}

extension Exercise {
  /// Place bits under a budget.
  public static let bitBudget = Exercise(
    "08.3", "place bits under a budget", section: "lesson 8, \"The layer that hurts\"",
    index: "An index beyond the end of a list crashes: a layer whose `saved` is used up has no next bit.",
    hints: [
      "With 60 bytes, conv and hidden: which bit is bought first? What is left of the budget, and what fits now?",
      "Read \"The layer that hurts\" in lesson 8. After every bit the question is asked anew, for each layer by its "
        + "*next* bit: a layer of b bits has `saved[b − 2]` ahead of it.",
      "A loop. In it: the layers that have a next bit, and whose `bytesPerBit` is no more than what is left. If there "
        + "is none, it ends. Else the one of the most loss for a byte gets a bit, which is paid.",
    ])
}
