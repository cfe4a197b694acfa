import CKernels
import Tensors

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

  /// The smallest range that holds this one and `other`, channel by channel.
  public func union(_ other: ValueRange) -> ValueRange {
    ValueRange(
      low: zip(low, other.low).map { min($0, $1) }, high: zip(high, other.high).map { max($0, $1) })
  }

  /// Whether all ends are finite.
  var isFinite: Bool { (low + high).allSatisfy(\.isFinite) }

  /// The same range for each of `channels`, if there is but one.
  func repeated(_ channels: Int) -> ValueRange {
    guard low.count == 1, channels > 1 else { return self }
    return ValueRange(
      low: Array(repeating: low[0], count: channels), high: Array(repeating: high[0], count: channels))
  }

  /// The smallest and the largest value of each channel; NaN if there is one.
  init(extremesOf x: Tensor, _ layout: ChannelLayout) {
    let (pieces, backend) = (ChannelTiles(layout, lanes: 256), x.backend)
    let entries = pieces.entries.count
    var lows = [Float](repeating: .infinity, count: Backend.shards * entries)
    var highs = [Float](repeating: -.infinity, count: Backend.shards * entries)
    lows.withUnsafeMutableBufferPointer { lows in
      highs.withUnsafeMutableBufferPointer { highs in
        x.withUnsafeBufferPointer { x in
          guard let x = x.baseAddress, let lows = lows.baseAddress, let highs = highs.baseAddress else {
            return
          }
          pieces.forEach(on: backend) { shard, elements, firstEntry in
            let place = shard * entries + firstEntry
            qat_widen_ranges(
              x + elements.lowerBound, elements.count, pieces.period, lows + place, highs + place)
          }
        }
      }
    }
    low = [Float](repeating: .infinity, count: layout.channels)
    high = [Float](repeating: -.infinity, count: layout.channels)
    for place in lows.indices {
      let channel = pieces.entries[place % entries]
      if lows[place] < low[channel] || lows[place].isNaN { low[channel] = lows[place] }
      if highs[place] > high[channel] || highs[place].isNaN { high[channel] = highs[place] }
    }
  }
}
