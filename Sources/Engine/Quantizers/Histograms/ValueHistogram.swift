import CKernels
import FixedPoint
import Support

/// Counts of values in bins of equal width, of one tensor or of many.
///
/// The width is a power of two, and bin k begins at k × width. No count is divided or estimated, so the histogram of
/// many tensors is that of all their values at once, in any order. At least half of the bins are in use.
///
/// Zeros are counted separately: 0 is exact in every range, and after a ReLU half of the values are 0.
public struct ValueHistogram: Hashable, Sendable {
  /// The smallest value in a bin, or 0 if none was below.
  public let lowest: Float
  /// The largest value in a bin, or 0 if none was above.
  public let highest: Float
  /// The width of a bin: a power of two.
  public let width: Float
  /// The k of the first bin, which begins at k × width: 0 or below.
  public let firstBin: Int
  /// The number of values in each bin, without zeros; exact up to 2²⁴, and to a relative error of 2⁻²⁴ beyond.
  public private(set) var counts: [Float]
  /// The number of zeros.
  public let zeros: Float
  /// The values below the first bin.
  let below: Outside
  /// The values above the last bin.
  let above: Outside
  /// What the bins were counted from: finer bins, whose width is a share of the value.
  private let source: ValueCounts

  /// Values beyond the bins: their number, their sum and the sum of their squares.
  struct Outside: Hashable, Sendable {
    var (count, sum, squares) = (0.0, 0.0, 0.0)

    mutating func add(_ count: UInt64, between low: Double, and high: Double) {
      let middle = (low + high) / 2
      self.count += Double(count)
      sum += Double(count) * middle
      squares += Double(count) * middle * middle
    }

    /// The sum of the squared distances from `end`.
    func squaredError(clippedTo end: Double) -> Double {
      count == 0 ? 0 : squares - 2 * end * sum + end * end * count
    }
  }

  /// Creates the histogram of values counted by magnitude.
  ///
  /// - Parameters:
  ///   - values: The counts. If fewer than log₂(`bins`) − 1 bits of a value are known, fewer bins are in use.
  ///   - exponent: Only values up to 2^exponent in magnitude have bins, those beyond are `below` and `above`; nil for
  ///     no limit.
  ///   - bins: The number of bins.
  init(of values: ValueCounts, upTo exponent: Int? = nil, bins: Int) {
    let reach = exponent.map { power(2, $0) } ?? .infinity
    let low = Float(max(Double(values.lowest), -reach))
    let high = Double(values.highest) < reach ? values.highest : Float(reach).nextDown
    let share = 2 << values.precision < bins ? 2 << values.precision : bins
    func bin(_ value: Float, _ width: Float) -> Double { (Double(value) / Double(width)).rounded(.down) }
    var width = Self.leastWidth
    let estimate = high / Float(share) - low / Float(share)
    if estimate > 4 * width { width = Float(sign: .plus, exponent: estimate.exponent - 1, significand: 1) }
    while bin(high, width) - bin(low, width) >= Double(share) { width *= 2 }
    let firstBin = Int(bin(low, width))
    var (below, above) = (Outside(), Outside())
    var counts = [Float](repeating: 0, count: bins)
    for (index, count) in values.counts.enumerated() {
      let (start, end) = values.ends(ofBin: index)
      if start >= reach {
        above.add(count, between: start, and: end)
      } else if end <= -reach {
        below.add(count, between: start, and: end)
      } else {
        counts[Int((start / Double(width)).rounded(.down)) - firstBin] += Float(count)
      }
    }
    (lowest, highest, self.width, self.firstBin) = (low, high, width, firstBin)
    (self.counts, zeros, source) = (counts, Float(values.zeros), values)
    (self.below, self.above) = (below, above)
  }

  /// The smallest width; the reciprocal of a much smaller one would overflow.
  private static let leastWidth: Float = 0x1p-120

  /// The number of values.
  public var total: Float { Float(source.total) }

  /// The low edge of the bin `counts[index]`; the last bin ends at `edge(counts.count)`.
  public func edge(_ index: Int) -> Float { Float(firstBin + index) * width }

  /// The value at or below which `percent` % of the values lie, to a relative error that no outlier changes.
  ///
  /// It is read from the finer bins, whose width is a share of the value; the values of a bin count as evenly spread.
  public func percentile(_ percent: Double) -> Float { source.percentile(percent) }

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
  /// The real ends of a window of bins, limited to the values seen.
  func ends(_ below: Int, _ above: Int) -> (low: Float, high: Float) {
    (max(Float(-below) * width, lowest), min(Float(above) * width, highest))
  }

  /// The sum of the squared errors of all values on a grid; the values of a bin count as evenly spread.
  func squaredError(_ grid: NudgedRange) -> Double {
    let scale = Double(grid.scale)
    guard scale > 0 else { return .infinity }
    let (first, last) = (Double(grid.firstCode - grid.zeroPoint), Double(grid.lastCode - grid.zeroPoint))
    return qat_histogram_error(
      counts, counts.count, Double(firstBin), Double(width), scale, first, last)
      + below.squaredError(clippedTo: first * scale) + above.squaredError(clippedTo: last * scale)
  }
}
