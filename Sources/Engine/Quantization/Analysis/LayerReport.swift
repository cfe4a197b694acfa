/// How much quantization costs one operation of a model, on given data.
public struct LayerReport: Hashable, Codable, Sendable {
  /// The operation's name.
  public let name: String
  /// Signal to quantization noise of its kernel, in decibels; nil without a quantized kernel, and
  /// if nothing was lost.
  public let weightSQNR: Double?
  /// Signal to quantization noise of its output against the float model's, in decibels: larger is better; nil if
  /// the two are equal.
  public let sqnr: Double?
  /// The mean squared difference of its output from the float model's.
  public let meanSquaredError: Double
  /// The cosine of the angle between the two outputs: 1 if they point the same way.
  public let cosine: Double
  /// The share of its outputs that lie outside their range and are clipped; nil without a range.
  public let clippedShare: Double?
  /// How many different codes its outputs take, of how many there are.
  public let codesUsed: Int
  /// The codes there are; 0 if the output is in float.
  public let codes: Int
  /// How much the loss grows if this operation alone is quantized.
  public let lossAlone: Double
  /// How much smaller the loss is if all but this operation are quantized.
  public let lossWithout: Double

  package init(
    name: String, weightSQNR: Double?, sqnr: Double?, meanSquaredError: Double, cosine: Double,
    clippedShare: Double?, codesUsed: Int, codes: Int, lossAlone: Double, lossWithout: Double
  ) {
    (self.name, self.weightSQNR, self.sqnr) = (name, weightSQNR, sqnr)
    (self.meanSquaredError, self.cosine, self.clippedShare) = (meanSquaredError, cosine, clippedShare)
    (self.codesUsed, self.codes) = (codesUsed, codes)
    (self.lossAlone, self.lossWithout) = (lossAlone, lossWithout)
  }
}
