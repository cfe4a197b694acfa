/// What quantizing one layer costs a network, in exercise 07.3: a line of a quantization report.
public struct LayerCost: Hashable, Sendable {
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
