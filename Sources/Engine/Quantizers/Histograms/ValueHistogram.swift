/// How often values fell into bins of equal width, of one tensor or of many.
///
/// The width is a power of two and bins begin at multiples of it, bin k at k × width. When values come that lie
/// beyond the bins there are, the width doubles until all fit, and neighbours merge. Nothing is spread or
/// guessed, so the histogram of many tensors is that of all their values at once, whatever their order. Between
/// half of the bins and all of them are in use.
///
/// Zeros are counted apart: 0 is exact in every range, and after a ReLU half of the values are 0.
public struct ValueHistogram: Hashable, Sendable {
  /// The smallest value seen, or 0 if none was below.
  public let lowest: Float
  /// The largest value seen, or 0 if none was above.
  public let highest: Float
  /// How wide a bin is: a power of two.
  public let width: Float
  /// Where the first bin begins, counted in widths: 0 or below.
  public let firstBin: Int
  /// The values in each bin, zeros left out; as `Float`s, exact up to 2²⁴ and to 2⁻²⁴ of themselves beyond.
  public internal(set) var counts: [Float]
  /// The zeros.
  public internal(set) var zeros: Float

  /// An empty histogram of `bins` bins for values from `lowest` to `highest`, with 0 between them.
  init(lowest: Float, highest: Float, bins: Int) {
    let (low, high) = (min(lowest, 0), max(highest, 0))
    func bin(_ value: Float, _ width: Float) -> Double { (Double(value) / Double(width)).rounded(.down) }
    var width = Self.leastWidth
    let share = high / Float(bins) - low / Float(bins)
    if share > 4 * width { width = Float(sign: .plus, exponent: share.exponent - 1, significand: 1) }
    while bin(high, width) - bin(low, width) >= Double(bins) { width *= 2 }
    (self.lowest, self.highest, self.width) = (low, high, width)
    firstBin = Int(bin(low, width))
    counts = [Float](repeating: 0, count: bins)
    zeros = 0
  }

  /// Widths below would be powers of two whose reciprocal is none.
  private static let leastWidth: Float = 0x1p-120

  /// The same values in the bins of a wider range that holds this one's.
  func rebinned(lowest: Float, highest: Float) -> ValueHistogram {
    var wider = ValueHistogram(
      lowest: min(lowest, self.lowest), highest: max(highest, self.highest), bins: counts.count)
    let doublings = Int(wider.width.exponent - width.exponent)
    for (place, count) in counts.enumerated() where count > 0 {
      wider.counts[((firstBin + place) >> doublings) - wider.firstBin] += count
    }
    wider.zeros = zeros
    return wider
  }

  /// The number of values.
  public var total: Float { Float(counts.reduce(Double(zeros)) { $0 + Double($1) }) }

  /// Where bin `place` begins; the last one ends at `edge(counts.count)`.
  public func edge(_ place: Int) -> Float { Float(firstBin + place) * width }

  /// The bins in use below 0.
  var binsBelow: Int { -firstBin }

  /// The bins in use from 0 on.
  var binsAbove: Int { highest > 0 ? Int((Double(highest) / Double(width)).rounded(.down)) + 1 : 0 }

  /// The counts by distance from 0: each bin from 0 on, with the one as far below.
  var folded: [Float] {
    let (below, above) = (binsBelow, binsAbove)
    return (0..<max(below, above)).map { distance in
      (distance < above ? counts[below + distance] : 0)
        + (distance < below ? counts[below - 1 - distance] : 0)
    }
  }
}

extension ValueHistogram {
  /// The value at or below which `percent` of 100 of the values lie, those of a bin spread evenly over it.
  public func percentile(_ percent: Double) -> Float {
    let wanted = percent / 100 * Double(total)
    let (below, above) = (counts[..<binsBelow], counts[binsBelow...])
    let negatives = below.reduce(0) { $0 + Double($1) }
    if wanted < negatives {
      return max(
        Float(Double(-binsBelow) * Double(width) + Self.distance(to: wanted, in: below) * Double(width)),
        lowest)
    }
    let positives = wanted - negatives - Double(zeros)
    return positives <= 0 ? 0 : min(Float(Self.distance(to: positives, in: above) * Double(width)), highest)
  }

  /// The magnitude at or below which `percent` of 100 of the values lie.
  func magnitudePercentile(_ percent: Double) -> Float {
    let positives = percent / 100 * Double(total) - Double(zeros)
    guard positives > 0 else { return 0 }
    return min(Float(Self.distance(to: positives, in: folded[...]) * Double(width)), max(-lowest, highest))
  }

  /// How many bins hold the first `wanted` values, with a fraction.
  private static func distance(to wanted: Double, in counts: ArraySlice<Float>) -> Double {
    var seen = 0.0
    for (place, count) in counts.enumerated() where count > 0 {
      let next = seen + Double(count)
      if next >= wanted { return Double(place) + (wanted - seen) / Double(count) }
      seen = next
    }
    return Double(counts.count)
  }
}
