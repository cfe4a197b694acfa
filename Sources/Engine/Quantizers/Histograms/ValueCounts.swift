import Tensors

/// Counts of values in bins by magnitude, whose width is a share of the value: of one tensor or of many.
///
/// The bin of a value is the first bits of its float: sign, exponent, and ``precision`` bits of the significand. So an
/// outlier widens no bin, and every bin lies inside one power of two. When more bins are occupied than there is room
/// for, one bit less is kept and neighbouring bins merge. The bits that remain depend on the values alone, not on
/// their order: the counts of many tensors are those of all their values at once, however the values are cut.
///
/// Zeros are counted separately: 0 is exact in every range, and after a ReLU half of the values are 0.
struct ValueCounts: Hashable, Sendable {
  /// The number of bins that may be occupied.
  let capacity: Int
  /// The number of low bits of a float that no bin tells apart; it grows as bins merge.
  private(set) var shift: Int
  /// The occupied bins in the order of their values: the first bits of a magnitude, below 0 as −1 − those bits.
  private(set) var keys: [Int32] = []
  /// The number of values in each occupied bin.
  private(set) var counts: [UInt64] = []
  /// The number of zeros.
  private(set) var zeros: UInt64 = 0
  /// The smallest value, or 0 if none was below.
  private(set) var lowest: Float = 0
  /// The largest value, or 0 if none was above.
  private(set) var highest: Float = 0

  /// Creates counts of nothing, precise enough for a histogram of `bins` bins of equal width.
  init(bins: Int) {
    capacity = max(8 * bins, 1024)
    var precision = 11
    while precision < 13, 1 << (precision + 1) < bins { precision += 1 }
    shift = Float.significandBitCount - precision
  }

  /// Restores counts that were taken apart; entries without values are left out.
  init(
    bins: Int, shift: Int, entries: some Sequence<(key: Int32, count: UInt64)>, zeros: UInt64,
    extremes: (lowest: Float, highest: Float)
  ) {
    self.init(bins: bins)
    (self.zeros, lowest, highest) = (zeros, extremes.lowest, extremes.highest)
    self.shift = max(self.shift, min(shift, Float.significandBitCount))
    for entry in entries where entry.count > 0 {
      keys.append(entry.key)
      counts.append(entry.count)
    }
  }

  /// The bits of a significand that tell values apart; a bin is 2^−precision of its power of two wide.
  var precision: Int { Float.significandBitCount - shift }

  /// The number of values.
  var total: UInt64 { counts.reduce(zeros, +) }

  /// Adds the elements of one channel, which are finite.
  mutating func add(_ x: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, channel: Int) {
    let batch =
      layout.outer * layout.inner < 1 << 14
      ? sortedKeys(x, layout, channel) : countedKeys(x, layout, channel)
    merge(batch)
    while keys.count > capacity {
      shift += 1
      combine(keys.map { $0 >> 1 }, counts)
    }
  }

  /// The key of a value's bin; that of 0 is 0, which small numbers share.
  private static func key(_ value: Float, _ shift: Int32) -> Int32 {
    let bits = Int32(bitPattern: value.bitPattern)
    let sign = bits &>> 31  // 0, or −1 below 0
    // A bin below 0 includes its end farthest from 0, so that it lies inside a bin of equal width.
    return (((bits & 0x7fff_ffff) &+ sign) &>> shift) ^ sign
  }

  /// Calls `body` with the key of each element of a channel; notes zeros and extremes.
  private mutating func forEachKey(
    _ x: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, _ channel: Int, _ body: (Int32) -> Void
  ) {
    let shift = Int32(shift)
    var (lowest, highest, zeros) = (self.lowest, self.highest, 0)
    for block in 0..<layout.outer {
      let first = (block * layout.channels + channel) * layout.inner
      for value in x[first..<first + layout.inner] {
        if value < lowest { lowest = value }
        if value > highest { highest = value }
        if value == 0 { zeros &+= 1 }
        body(Self.key(value, shift))
      }
    }
    (self.lowest, self.highest) = (lowest, highest)
    self.zeros += UInt64(zeros)
  }

  private mutating func sortedKeys(
    _ x: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, _ channel: Int
  ) -> (keys: [Int32], counts: [UInt64]) {
    let before = zeros
    var found: [Int32] = []
    found.reserveCapacity(layout.outer * layout.inner)
    forEachKey(x, layout, channel) { found.append($0) }
    found.sort()
    var counts = [UInt64](repeating: 1, count: found.count)
    if let first = found.firstIndex(of: 0) {
      for index in first..<first + Int(zeros - before) { counts[index] = 0 }
    }
    return (found, counts)
  }

  private mutating func countedKeys(
    _ x: UnsafeBufferPointer<Float>, _ layout: ChannelLayout, _ channel: Int
  ) -> (keys: [Int32], counts: [UInt64]) {
    let before = zeros
    let side = Int(Float.infinity.bitPattern >> UInt32(shift)) + 1
    var dense = [UInt32](repeating: 0, count: 2 * side)
    dense.withUnsafeMutableBufferPointer { dense in
      guard let middle = dense.baseAddress.map({ $0 + side }) else { return }
      forEachKey(x, layout, channel) { middle[Int($0)] &+= 1 }
      middle[0] -= UInt32(zeros - before)
    }
    var (keys, counts): ([Int32], [UInt64]) = ([], [])
    for (index, count) in dense.enumerated() where count > 0 {
      keys.append(Int32(index - side))
      counts.append(UInt64(count))
    }
    return (keys, counts)
  }

  private mutating func merge(_ batch: (keys: [Int32], counts: [UInt64])) {
    guard !keys.isEmpty else { return combine(batch.keys, batch.counts) }
    var (mergedKeys, mergedCounts): ([Int32], [UInt64]) = ([], [])
    mergedKeys.reserveCapacity(keys.count + batch.keys.count)
    mergedCounts.reserveCapacity(keys.count + batch.keys.count)
    var (own, other) = (0, 0)
    while own < keys.count || other < batch.keys.count {
      if other == batch.keys.count || own < keys.count && keys[own] <= batch.keys[other] {
        mergedKeys.append(keys[own])
        mergedCounts.append(counts[own])
        own += 1
      } else {
        mergedKeys.append(batch.keys[other])
        mergedCounts.append(batch.counts[other])
        other += 1
      }
    }
    combine(mergedKeys, mergedCounts)
  }

  /// Stores bins in order: neighbours of equal keys become one, and empty ones are left out.
  private mutating func combine(_ sorted: [Int32], _ sortedCounts: [UInt64]) {
    keys.removeAll(keepingCapacity: true)
    var added: [UInt64] = []
    for (key, count) in zip(sorted, sortedCounts) where count > 0 {
      if keys.last == key {
        added[added.count - 1] += count
      } else {
        keys.append(key)
        added.append(count)
      }
    }
    counts = added
  }
}

extension ValueCounts {
  /// The ends of an occupied bin, the lower first.
  func ends(ofBin index: Int) -> (low: Double, high: Double) {
    func magnitude(_ bits: Int32) -> Double {
      let pattern = UInt32(bits) << UInt32(shift)
      return pattern < Float.infinity.bitPattern ? Double(Float(bitPattern: pattern)) : 0x1p128
    }
    let key = keys[index]
    return key >= 0
      ? (magnitude(key), magnitude(key + 1)) : (-magnitude(-1 - key + 1), -magnitude(-1 - key))
  }

  /// The value at or below which `percent` % of the values lie; the values of a bin count as evenly spread.
  func percentile(_ percent: Double) -> Float {
    let wanted = percent / 100 * Double(total)
    let negatives = keys.firstIndex { $0 >= 0 } ?? keys.count
    let below = counts[..<negatives].reduce(0, +)
    if wanted < Double(below) { return max(Float(value(at: wanted, in: 0..<negatives)), lowest) }
    let positives = wanted - Double(below) - Double(zeros)
    guard positives > 0 else { return 0 }
    return min(Float(value(at: positives, in: negatives..<keys.count)), highest)
  }

  /// The magnitude at or below which `percent` % of the values lie, zeros included.
  func magnitudePercentile(_ percent: Double) -> Float { magnitude(at: percent / 100 * Double(total), zeros) }

  /// The magnitude at or below which `percent` % of the values other than 0 lie.
  func magnitudePercentileWithoutZeros(_ percent: Double) -> Float {
    magnitude(at: percent / 100 * Double(total - zeros), 0)
  }

  private func magnitude(at wanted: Double, _ zeros: UInt64) -> Float {
    guard wanted > Double(zeros) else { return 0 }
    let folded = magnitudes
    return min(Float(folded.value(at: wanted - Double(zeros), in: 0..<folded.keys.count)), folded.highest)
  }

  /// The counts of the magnitudes: each bin above 0 with the bin at the same distance below.
  var magnitudes: ValueCounts {
    let order = keys.indices.map { (key: keys[$0] >= 0 ? keys[$0] : -1 - keys[$0], count: counts[$0]) }
      .sorted { $0.key < $1.key }
    var folded = self
    folded.combine(order.map(\.key), order.map(\.count))
    (folded.lowest, folded.highest) = (0, max(-lowest, highest))
    return folded
  }

  /// The value that `wanted` values of these bins, in their order, lie at or below.
  private func value(at wanted: Double, in bins: Range<Int>) -> Double {
    var seen = 0.0
    for bin in bins {
      let next = seen + Double(counts[bin])
      if next >= wanted {
        let (low, high) = ends(ofBin: bin)
        return low + (wanted - seen) / Double(counts[bin]) * (high - low)
      }
      seen = next
    }
    return bins.isEmpty ? 0 : ends(ofBin: bins.upperBound - 1).high
  }
}
