import CKernels
import Support
import Tensors

/// The lowest and highest real numbers of a grid: one pair, or one pair a channel.
public struct ValueRange: Hashable, Sendable {
  /// The low ends.
  public var low: [Float]
  /// The high ends, as many as low ends.
  public var high: [Float]

  /// Creates a range from its ends.
  public init(low: [Float], high: [Float]) { (self.low, self.high) = (low, high) }

  /// Creates a single range.
  public init(_ low: Float, _ high: Float) { self.init(low: [low], high: [high]) }

  /// The smallest range that contains this one and `other`, channel by channel.
  public func union(_ other: ValueRange) -> ValueRange {
    ValueRange(
      low: zip(low, other.low).map { min($0, $1) }, high: zip(high, other.high).map { max($0, $1) })
  }

  /// Whether all ends are finite.
  package var isFinite: Bool { (low + high).allSatisfy(\.isFinite) }

  /// This range repeated for each of `channels` if it has one pair of ends; else the range itself.
  func repeated(_ channels: Int) -> ValueRange {
    guard low.count == 1, channels > 1 else { return self }
    return ValueRange(
      low: Array(repeating: low[0], count: channels), high: Array(repeating: high[0], count: channels))
  }

  /// The smallest and the largest value of each channel; NaN for a channel that contains NaN.
  init(extremesOf x: Tensor, _ layout: ChannelLayout) {
    let (tiles, backend) = (ChannelTiles(layout, lanes: 256), x.backend)
    let entries = tiles.entries.count
    var lows = [Float](repeating: .infinity, count: tiles.shards * entries)
    var highs = [Float](repeating: -.infinity, count: tiles.shards * entries)
    var low = [Float](repeating: .infinity, count: layout.channels)
    var high = [Float](repeating: -.infinity, count: layout.channels)
    lows.withUnsafeMutableBufferPointer { lows in
      highs.withUnsafeMutableBufferPointer { highs in
        x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let lows = lows.baseAddress, let highs = highs.baseAddress else {
            return
          }
          tiles.forEach(on: backend) { shard, elements, firstEntry in
            let first = shard * entries + firstEntry
            qat_widen_ranges(
              x + elements.lowerBound, elements.count, tiles.period, lows + first, highs + first)
          }
        }
        for first in stride(from: 0, to: lows.count, by: max(entries, 1)) {
          for (entry, channel) in tiles.entries.enumerated() {
            let (least, greatest) = (lows[first + entry], highs[first + entry])
            if least < low[channel] || least.isNaN { low[channel] = least }
            if greatest > high[channel] || greatest.isNaN { high[channel] = greatest }
          }
        }
      }
    }
    self.init(low: low, high: high)
  }
}

extension ValueRange: Codable {
  private enum CodingKeys: String, CodingKey { case low, high }

  /// Reads a range; an end may be one of the texts that `CodableNumber` writes.
  ///
  /// - Throws: `DecodingError` if the ends are missing or no numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    low = try container.decode(CodableNumber<[Float]>.self, forKey: .low).wrappedValue
    high = try container.decode(CodableNumber<[Float]>.self, forKey: .high).wrappedValue
  }

  /// Writes the ends, those of a learned range that is not finite as texts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(CodableNumber(wrappedValue: low), forKey: .low)
    try container.encode(CodableNumber(wrappedValue: high), forKey: .high)
  }
}
