/// The lowest and highest real numbers to quantize: one of each, or one of each for every channel.
public struct ValueRange: Hashable, Codable, Sendable {
  /// The low ends.
  public var low: [Float]
  /// The high ends, as many.
  public var high: [Float]

  /// Creates a range from its ends.
  public init(low: [Float], high: [Float]) { (self.low, self.high) = (low, high) }

  /// Creates a single range.
  public init(_ low: Float, _ high: Float) { self.init(low: [low], high: [high]) }

  /// The same range for each of `channels`, if there is but one.
  func repeated(_ channels: Int) -> ValueRange {
    guard low.count == 1, channels > 1 else { return self }
    return ValueRange(
      low: Array(repeating: low[0], count: channels), high: Array(repeating: high[0], count: channels))
  }
}
