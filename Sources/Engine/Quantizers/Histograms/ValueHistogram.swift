import CKernels
import FixedPoint

/// Counts of values in bins of equal width, of one tensor or of many.
///
/// The width is a power of two, and bin k begins at k × width. When values lie beyond the bins, the width doubles
/// until all values fit, and neighbouring bins merge. No count is divided or estimated, so the histogram of many
/// tensors is that of all their values at once, in any order. At least half of the bins are in use.
///
/// Zeros are counted separately: 0 is exact in every range, and after a ReLU half of the values are 0.
public struct ValueHistogram: Hashable, Sendable {
  /// The smallest value seen, or 0 if none was below.
  public let lowest: Float
  /// The largest value seen, or 0 if none was above.
  public let highest: Float
  /// The width of a bin: a power of two.
  public let width: Float
  /// The k of the first bin, which begins at k × width: 0 or below.
  public let firstBin: Int
  /// The number of values in each bin, without zeros; exact up to 2²⁴, and to a relative error of 2⁻²⁴ beyond.
  public internal(set) var counts: [Float]
  /// The number of zeros.
  public internal(set) var zeros: Float

  /// Creates an empty histogram of `bins` bins for values from `lowest` to `highest` and for 0.
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

  /// The smallest width; the reciprocal of a much smaller one would overflow.
  private static let leastWidth: Float = 0x1p-120

  /// The same values in the bins of a range widened to contain `lowest` and `highest`.
  func rebinned(lowest: Float, highest: Float) -> ValueHistogram {
    var wider = ValueHistogram(
      lowest: min(lowest, self.lowest), highest: max(highest, self.highest), bins: counts.count)
    let doublings = Int(wider.width.exponent - width.exponent)
    for (index, count) in counts.enumerated() where count > 0 {
      wider.counts[((firstBin + index) >> doublings) - wider.firstBin] += count
    }
    wider.zeros = zeros
    return wider
  }

  /// The number of values.
  public var total: Float { Float(counts.reduce(Double(zeros)) { $0 + Double($1) }) }

  /// The low edge of the bin `counts[index]`; the last bin ends at `edge(counts.count)`.
  public func edge(_ index: Int) -> Float { Float(firstBin + index) * width }

  /// The number of bins in use below 0.
  var binsBelow: Int { -firstBin }

  /// The number of bins in use from 0 on.
  var binsAbove: Int { highest > 0 ? Int((Double(highest) / Double(width)).rounded(.down)) + 1 : 0 }

  /// The counts by magnitude: each bin from 0 on plus the bin at the same distance below 0.
  var folded: [Float] {
    let (below, above) = (binsBelow, binsAbove)
    return (0..<max(below, above)).map { distance in
      (distance < above ? counts[below + distance] : 0)
        + (distance < below ? counts[below - 1 - distance] : 0)
    }
  }
}

extension ValueHistogram {
  /// The value at or below which `percent` % of the values lie; the values of a bin count as evenly spread.
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

  /// The magnitude at or below which `percent` % of the values lie.
  func magnitudePercentile(_ percent: Double) -> Float {
    let positives = percent / 100 * Double(total) - Double(zeros)
    guard positives > 0 else { return 0 }
    return min(Float(Self.distance(to: positives, in: folded[...]) * Double(width)), max(-lowest, highest))
  }

  /// The number of bins, with a fraction, that contain the first `wanted` values.
  private static func distance(to wanted: Double, in counts: ArraySlice<Float>) -> Double {
    var seen = 0.0
    for (bin, count) in counts.enumerated() where count > 0 {
      let next = seen + Double(count)
      if next >= wanted { return Double(bin) + (wanted - seen) / Double(count) }
      seen = next
    }
    return Double(counts.count)
  }
}

extension ValueHistogram {
  /// The real ends of a window of bins, limited to the values seen.
  func ends(_ below: Int, _ above: Int) -> (low: Float, high: Float) {
    (max(Float(-below) * width, lowest), min(Float(above) * width, highest))
  }

  /// The sum of the squared errors of all values on a grid; the values of a bin count as evenly spread.
  func squaredError(_ grid: NudgedRange) -> Double {
    let scale = Double(grid.scale)
    guard scale > 0 else { return .infinity }
    return qat_histogram_error(
      counts, counts.count, Double(firstBin), Double(width), scale, Double(grid.firstCode - grid.zeroPoint),
      Double(grid.lastCode - grid.zeroPoint))
  }
}
