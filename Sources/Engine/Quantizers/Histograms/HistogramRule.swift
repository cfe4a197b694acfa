import CKernels
import FixedPoint
import Support

/// How the range is chosen, given how often which values occur.
///
/// All trade the same two losses: a wider range has coarser steps, a narrower one clips more.
public enum HistogramRule: Hashable, Codable, Sendable {
  /// The range that all but a few values lie in: 99.9 leaves out one in a thousand at either end, or, if
  /// symmetric, the one in a thousand that is farthest from 0.
  case percentile(Double)
  /// The range with the least mean squared error of quantization, clipping included.
  case meanSquaredError
  /// The range for which the distribution of the codes tells least apart from that of the values: the least
  /// Kullback–Leibler divergence. A symmetric format compares magnitudes with half of the codes, as TensorRT
  /// does; an affine one compares values with all of its codes, spread over the window from the low end to the
  /// high end, so that data on one side of 0 have all of them there. With so many codes that each would get
  /// less than a bin, nothing is lost, and nothing clipped. It wants many values, some tens a bin: of few, it
  /// takes the gaps between them for a shape, and clips too much.
  ///
  /// Source: Migacz, 2017, "8-bit inference with TensorRT", GPU Technology Conference.
  case entropy

  /// In a word: "percentile 99.9".
  public var name: String {
    switch self {
    case .percentile(let percent): "percentile \(percent)"
    case .meanSquaredError: "least square error"
    case .entropy: "entropy"
    }
  }

  /// The range to clip at, for a grid of this format; it holds 0.
  func range(of histogram: ValueHistogram, for format: QuantizerFormat) -> (low: Float, high: Float) {
    switch self {
    case .percentile(let percent):
      if format.symmetric {
        let reach = histogram.magnitudePercentile(percent)
        return (max(-reach, histogram.lowest), min(reach, histogram.highest))
      }
      return (min(histogram.percentile(100 - percent), 0), max(histogram.percentile(percent), 0))
    case .meanSquaredError: return Self.leastError(histogram, format)
    case .entropy: return Self.leastDivergence(histogram, format)
    }
  }

  private static func leastError(_ histogram: ValueHistogram, _ format: QuantizerFormat)
    -> (low: Float, high: Float)
  {
    let search = WindowSearch(
      below: histogram.binsBelow, above: histogram.binsAbove, isSymmetric: format.symmetric,
      parts: [64, 512, 4096])
    let window = search.best { below, above in
      let (low, high) = histogram.ends(below, above)
      return histogram.squaredError(format.grid(low: low, high: high))
    }
    return histogram.ends(window.below, window.above)
  }

  private static func leastDivergence(_ histogram: ValueHistogram, _ format: QuantizerFormat)
    -> (low: Float, high: Float)
  {
    let isFolded = format.symmetric
    let counts = isFolded ? histogram.folded : histogram.counts
    let zero = isFolded ? 0 : histogram.binsBelow
    let codes = isFolded ? max(1 << (format.bitWidth - 1), 2) : format.codeCount
    let divergence = DivergenceTable(counts: counts, codes: codes)
    let search = WindowSearch(
      below: zero, above: isFolded ? counts.count : histogram.binsAbove, isSymmetric: false, parts: [1024])
    let window = search.best { below, above in divergence.of(zero - below..<zero + above) }
    return histogram.ends(isFolded ? window.above : window.below, window.above)
  }
}

extension ValueHistogram {
  /// The real ends of a window of bins, but not beyond the values seen.
  func ends(_ below: Int, _ above: Int) -> (low: Float, high: Float) {
    (max(Float(-below) * width, lowest), min(Float(above) * width, highest))
  }

  /// The sum of the squared errors of all values on a grid, those of a bin spread evenly over it.
  func squaredError(_ grid: NudgedRange) -> Double {
    let scale = Double(grid.scale)
    guard scale > 0 else { return .infinity }
    return qat_histogram_error(
      counts, counts.count, Double(firstBin), Double(width), scale, Double(grid.firstCode - grid.zeroPoint),
      Double(grid.lastCode - grid.zeroPoint))
  }
}

extension QuantizerFormat {
  /// The grid of this format for a range that it is first fitted to.
  func grid(low: Float, high: Float) -> NudgedRange {
    let ends = fitted(ValueRange(low, high))
    return NudgedRange(low: ends.low[0], high: ends.high[0], bitWidth: bitWidth, narrowRange: narrowRange)
  }
}

/// Looks for the window of a histogram's bins around 0 that costs least: how many bins below 0, how many above.
///
/// One side at a time, the other held where it is, until nothing gets better, at most three times each. A side
/// is searched first in coarse strides over its whole length, then in finer ones around the best so far; with a
/// single stride of 1 the search is exhaustive. Of windows that cost the same, the wider one wins.
struct WindowSearch {
  /// The bins there are below 0.
  let below: Int
  /// The bins there are above 0.
  let above: Int
  /// Whether there is one width for both sides: the larger of `below` and `above` at most.
  let isSymmetric: Bool
  /// The number of parts a side is cut into, coarse to fine.
  let parts: [Int]

  /// The cheapest window.
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

  /// The cheapest of 1…`length`.
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

/// How much is lost when the bins of a window become the codes of a grid: Kullback–Leibler divergences.
///
/// P is the window with everything beyond it added to its end bins, which is what clipping does. Q has the
/// window's own values, without those beyond, in as many groups of neighbouring bins as there are codes; the
/// bins of a group that are not empty in P share its values evenly. The divergence is Σ P ln(P / Q). Where Q is
/// 0 and P is not, Q counts as 10⁻⁹: clipping into an empty group costs much.
///
/// Sums up to every bin are kept, so a window costs as many steps as there are codes.
struct DivergenceTable {
  private let counts: [Double]
  private let codes: Int
  /// Sums over the bins before each: of counts, of bins that are not empty, and of count × ln count.
  private let sums: [Double]
  private let occupied: [Int]
  private let information: [Double]
  private static let least = 1e-9

  init(counts: [Float], codes: Int) {
    (self.counts, self.codes) = (counts.map { Double($0) }, codes)
    var (sums, occupied, information) = ([0.0], [0], [0.0])
    for (place, count) in self.counts.enumerated() {
      sums.append(sums[place] + count)
      occupied.append(occupied[place] + (count > 0 ? 1 : 0))
      information.append(information[place] + Self.information(count))
    }
    (self.sums, self.occupied, self.information) = (sums, occupied, information)
  }

  private static func information(_ count: Double) -> Double {
    count > 0 ? count * naturalLogarithm(count) : 0
  }

  /// The divergence of a window; 0 if each of its bins could have a code, and then by how much it clips.
  func of(_ window: Range<Int>) -> Double {
    let total = sums[counts.count]
    let inside = sums[window.upperBound] - sums[window.lowerBound]
    let (below, above) = (sums[window.lowerBound], total - sums[window.upperBound])
    guard total > 0 else { return 0 }
    guard inside > 0, window.count > codes || below + above == 0 else { return .infinity }
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    var ends = [(place: first, more: below), (place: last, more: above)].filter { $0.more > 0 }
    if first == last, ends.count == 2 { ends = [(first, below + above)] }
    var sum = information[window.upperBound] - information[window.lowerBound]
    for (place, more) in ends {
      sum += Self.information(counts[place] + more) - Self.information(counts[place])
    }
    // Σ P ln P of counts c is (Σ c ln c) / total − ln total.
    var divergence = sum / total - naturalLogarithm(total)
    let groups = min(codes, window.count)
    for group in 0..<groups {
      let start = window.lowerBound + group * window.count / groups
      let end = window.lowerBound + (group + 1) * window.count / groups
      let own = sums[end] - sums[start]
      var (clipped, bins) = (own, occupied[end] - occupied[start])
      for (place, more) in ends where start <= place && place < end {
        clipped += more
        if counts[place] == 0 { bins += 1 }
      }
      guard clipped > 0 else { continue }
      let share = own > 0 ? own / inside / Double(bins) : Self.least
      divergence -= clipped / total * naturalLogarithm(share)
    }
    return divergence
  }
}
