import CKernels
import FixedPoint

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
