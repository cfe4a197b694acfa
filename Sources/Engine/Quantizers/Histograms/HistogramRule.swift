import FixedPoint
import Support

/// A rule that chooses a range from the values counted in bins.
///
/// Every rule is a trade-off between two errors: a wider range has larger steps, a narrower range clips more. The
/// counts are by magnitude, so an outlier leaves the bins of the other values as they are. The rules that look at a
/// histogram of equal bins spread the bins over all values but outliers, and count what lies beyond as clipped.
public enum HistogramRule: Hashable, Codable, Sendable {
  /// The range of all but a few values: 99.9 excludes one value in a thousand at either end; in a symmetric
  /// format, the one in a thousand that is farthest from 0.
  case percentile(Double)
  /// The range with the least mean squared error of quantization, clipping included.
  case meanSquaredError
  /// The range with the least Kullback–Leibler divergence between the distribution of the values and that of the
  /// codes.
  ///
  /// A symmetric format compares magnitudes with half of the codes, as TensorRT does. An affine format compares
  /// values with all of its codes, spread from the low end to the high end of the window, so that data on one
  /// side of 0 get all codes. With more codes than bins nothing is lost, and nothing is clipped. The rule needs
  /// many values, some tens a bin: it takes the gaps between few values for a shape, and clips too much.
  ///
  /// Source: Migacz, 2017, "8-bit inference with TensorRT", GPU Technology Conference.
  case entropy

  /// The rule in a few words: "percentile 99.9".
  public var name: String {
    switch self {
    case .percentile(let percent): "percentile \(percent)"
    case .meanSquaredError: "least square error"
    case .entropy: "entropy"
    }
  }

  /// The number of bins that a range of this format is chosen by, if nobody says another.
  static func bins(for format: QuantizerFormat) -> Int { format.isPerChannel ? 1024 : 4096 }

  /// Stops if the rule is a percentile that leaves nothing in, or half of the values out.
  func check(for user: String) {
    guard case .percentile(let percent) = self else { return }
    require(
      percent > 50 && percent <= 100,
      "\(user): a percentile above 50 and up to 100 is expected, such as 99.9; got \(percent)")
  }

  /// The range chosen for a grid of this format, which contains 0.
  func range(of values: ValueCounts, bins: Int, for format: QuantizerFormat) -> (low: Float, high: Float) {
    switch self {
    case .percentile(let percent):
      if format.symmetric {
        let reach = values.magnitudePercentile(percent)
        return (max(-reach, values.lowest), min(reach, values.highest))
      }
      return (min(values.percentile(100 - percent), 0), max(values.percentile(percent), 0))
    case .meanSquaredError: return Self.leastError(values, bins, format)
    case .entropy: return Self.leastDivergence(values, bins, format)
    }
  }

  /// The best window of several histograms: one over the core, the next over sixteen times as much, up to all values.
  private static func leastError(
    _ values: ValueCounts, _ bins: Int, _ format: QuantizerFormat
  ) -> (low: Float, high: Float) {
    var (best, least) = ((low: values.lowest, high: values.highest), Double.infinity)
    let reaches: [Int?] = values.core.map { Array(stride(from: $0, to: values.reach, by: 4)) } ?? []
    for reach in reaches + [nil] {
      let histogram = ValueHistogram(of: values, upTo: reach, bins: bins)
      func cost(_ below: Int, _ above: Int) -> Double {
        let (low, high) = histogram.ends(below, above)
        return histogram.squaredError(format.grid(low: low, high: high))
      }
      let window = WindowSearch(
        below: histogram.binsBelow, above: histogram.binsAbove, isSymmetric: format.symmetric,
        parts: [64, 512, 4096]
      ).best(cost)
      if reaches.isEmpty { return histogram.ends(window.below, window.above) }
      let found = cost(window.below, window.above)
      if found < least { (best, least) = (histogram.ends(window.below, window.above), found) }
    }
    return best
  }

  private static func leastDivergence(
    _ values: ValueCounts, _ bins: Int, _ format: QuantizerFormat
  ) -> (low: Float, high: Float) {
    let histogram = ValueHistogram(of: values, upTo: values.core, bins: bins)
    let isFolded = format.symmetric
    let counts = isFolded ? histogram.folded : histogram.counts
    let zero = isFolded ? 0 : histogram.binsBelow
    let codes = isFolded ? max(1 << (format.bitWidth - 1), 2) : format.codeCount
    let (below, above) = (histogram.below.count, histogram.above.count)
    let divergence = DivergenceTable(
      counts: counts, codes: codes,
      outside: isFolded ? (below: 0, above: below + above) : (below: below, above: above))
    let search = WindowSearch(
      below: zero, above: isFolded ? counts.count : histogram.binsAbove, isSymmetric: false, parts: [1024])
    func cost(_ below: Int, _ above: Int) -> Double { divergence.of(zero - below..<zero + above) }
    let window = search.best(cost)
    // A code for each bin, and still values beyond the bins: nothing need be clipped.
    if below + above > 0, cost(window.below, window.above) == .infinity {
      return (values.lowest, values.highest)
    }
    return histogram.ends(isFolded ? window.above : window.below, window.above)
  }
}

extension ValueCounts {
  /// The exponent of a power of two below which lies what equal bins can tell apart; nil if that is everything.
  ///
  /// Where the largest magnitude is more than some 64 times as large as 99 % of the others, the values beyond are
  /// outliers: equal bins over all of them would hold most values in a few bins. Then it is 2 above the power of two
  /// that these 99 % lie below.
  var core: Int? {
    let most = magnitudePercentileWithoutZeros(99)
    guard most > 0, reach - (Int(most.exponent) + 1) > 6 else { return nil }
    return Int(most.exponent) + 3
  }

  /// The exponent of the smallest power of two above all magnitudes.
  var reach: Int { Int(max(highest, -lowest).exponent) + 1 }
}

extension QuantizerFormat {
  /// The grid of this format for the range `low`…`high`, which is fitted to the format first.
  func grid(low: Float, high: Float) -> NudgedRange {
    let ends = fitted(ValueRange(low, high))
    return NudgedRange(low: ends.low[0], high: ends.high[0], bitWidth: bitWidth, narrowRange: narrowRange)
  }
}

/// A search for the window of a histogram's bins around 0 of least cost: a number of bins below 0 and above 0.
///
/// The two sides are searched in turn, each with the other fixed, until nothing improves, at most three times. A
/// side is searched in coarse strides over its whole length, then in finer strides around the best candidate;
/// with a single stride of 1 the search is exhaustive. Of windows of equal cost, the widest wins.
struct WindowSearch {
  /// The number of bins below 0.
  let below: Int
  /// The number of bins above 0.
  let above: Int
  /// Whether both sides have the same width, at most the larger of `below` and `above`.
  let isSymmetric: Bool
  /// The numbers of parts that a side is divided into, from coarse to fine.
  let parts: [Int]

  /// The window of least cost.
  func best(_ cost: (_ below: Int, _ above: Int) -> Double) -> (below: Int, above: Int) {
    if isSymmetric {
      let reach = bestSide(max(below, above)) { cost($0, $0) }
      return (reach, reach)
    }
    var window = (below: below, above: above)
    for _ in 0..<3 {
      let last = window
      if above > 0 { window.above = bestSide(above) { cost(window.below, $0) } }
      if below > 0 { window.below = bestSide(below) { cost($0, window.above) } }
      if window == last || above == 0 || below == 0 { break }
    }
    return window
  }

  /// The width of least cost, of 1…`length`.
  private func bestSide(_ length: Int, _ cost: (Int) -> Double) -> Int {
    var (best, least) = (length, length > 0 ? cost(length) : 0)
    var candidates = 1...max(length, 1)
    var last = 0
    for part in parts {
      let stride = max(1, length / part)
      if stride == last { break }
      var candidate = candidates.upperBound
      while candidate >= candidates.lowerBound {
        if candidate != best {
          let found = cost(candidate)
          if found < least || (found == least && candidate > best) { (best, least) = (candidate, found) }
        }
        candidate -= stride
      }
      candidates = max(1, best - stride + 1)...min(length, best + stride - 1)
      last = stride
    }
    return best
  }
}

/// The Kullback–Leibler divergences of windows of a histogram: the loss when their bins become codes of a grid.
///
/// P is the window with the counts beyond it added to its end bins, as clipping does. Q has the window's own
/// counts in as many groups of neighbouring bins as there are codes; the bins of a group that are not empty in P
/// share the counts of the group evenly. The divergence is Σ P ln(P / Q). Where Q is 0 and P is not, Q counts as
/// 10⁻⁹, so that clipping into an empty group costs much.
///
/// The table keeps the sums up to every bin, so a window takes as many steps as there are codes. Values that are
/// outside of all bins are beyond every window.
struct DivergenceTable {
  private let counts: [Double]
  private let codes: Int
  private let outside: (below: Double, above: Double)
  /// The sums over all bins before each bin: of counts, of non-empty bins, and of count × ln count.
  private let sums: [Double]
  private let occupied: [Int]
  private let information: [Double]
  private static let least = 1e-9

  init(counts: [Float], codes: Int, outside: (below: Double, above: Double) = (0, 0)) {
    (self.counts, self.codes, self.outside) = (counts.map { Double($0) }, codes, outside)
    var (sums, occupied, information) = ([0.0], [0], [0.0])
    for (bin, count) in self.counts.enumerated() {
      sums.append(sums[bin] + count)
      occupied.append(occupied[bin] + (count > 0 ? 1 : 0))
      information.append(information[bin] + Self.information(count))
    }
    (self.sums, self.occupied, self.information) = (sums, occupied, information)
  }

  private static func information(_ count: Double) -> Double {
    count > 0 ? count * naturalLogarithm(count) : 0
  }

  /// The divergence of a window; infinite if it is empty, or clips although each bin could have a code.
  func of(_ window: Range<Int>) -> Double {
    let binned = sums[counts.count]
    let total = outside.below + binned + outside.above
    let inside = sums[window.upperBound] - sums[window.lowerBound]
    let below = outside.below + sums[window.lowerBound]
    let above = binned - sums[window.upperBound] + outside.above
    guard total > 0 else { return 0 }
    guard inside > 0, window.count > codes || below + above == 0 else { return .infinity }
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    var ends = [(bin: first, clipped: below), (bin: last, clipped: above)].filter { $0.clipped > 0 }
    if first == last, ends.count == 2 { ends = [(first, below + above)] }
    var sum = information[window.upperBound] - information[window.lowerBound]
    for (bin, clipped) in ends {
      sum += Self.information(counts[bin] + clipped) - Self.information(counts[bin])
    }
    // For counts c, Σ P ln P is (Σ c ln c) / total − ln total.
    var divergence = sum / total - naturalLogarithm(total)
    let groups = min(codes, window.count)
    for group in 0..<groups {
      let start = window.lowerBound + group * window.count / groups
      let end = window.lowerBound + (group + 1) * window.count / groups
      let own = sums[end] - sums[start]
      var (all, bins) = (own, occupied[end] - occupied[start])
      for (bin, clipped) in ends where start <= bin && bin < end {
        all += clipped
        if counts[bin] == 0 { bins += 1 }
      }
      guard all > 0 else { continue }
      let share = own > 0 ? own / inside / Double(bins) : Self.least
      divergence -= all / total * naturalLogarithm(share)
    }
    return divergence
  }
}
