/// Exercise 07.3: find the layers that hurt.
public protocol Exercise0703: Sendable {
  /// The names of the layers that hurt, the worst first.
  ///
  /// `floatLoss` is the loss of a network in floats. Each of `layers` has, among other things, the loss of the
  /// same network with that layer alone quantized. A layer hurts if its quantization raises the loss by more
  /// than `tolerance`; the worst is the one that raises it most.
  ///
  /// By hand first: float loss 1, tolerance 0.05, and the losses conv 1.02, hidden 1.25, scores 0.98. By how
  /// much does each raise the loss? Which of them hurt?
  ///
  /// No two layers raise the loss by the same amount.
  ///
  /// - Throws: `Todo` until it is solved.
  static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String]
}

/// What quantizing one layer costs a network, in exercise 07.3: a line of a quantization report.
public struct LayerCost: Hashable, Codable, Sendable {
  /// The layer's name.
  public let name: String
  /// The loss of the network with this layer quantized, and all others in floats.
  public let lossAlone: Double
  /// The signal-to-quantization-noise ratio of the layer's output, in decibels: the smaller, the noisier.
  public let sqnr: Double

  /// Creates a line of a report.
  public init(name: String, lossAlone: Double, sqnr: Double) {
    (self.name, self.lossAlone, self.sqnr) = (name, lossAlone, sqnr)
  }
}

extension Exercise {
  /// Find the layers that hurt.
  public static let layerSensitivity = Exercise(
    "07.3", "find the layers that hurt", section: "lesson 7, \"Quantized afterwards\"",
    index: "An index beyond the end of a list crashes: it may well be that no layer hurts.",
    hints: [
      "Rounding can also lower a loss, by chance. Does such a layer hurt?",
      "Read \"Quantized afterwards\" in lesson 7, and look at the table of its report. Which of its columns is "
        + "asked for, and how does it come from the two losses?",
      "Three steps: keep those whose rise is too high, sort what is left by its rise, and take the names.",
    ])
}
