import Support

extension Mark {
  /// The number of values in each of many bins.
  public struct Histogram: Hashable, Codable, Sendable {
    /// The edges of the bins, in rising order; one more than there are counts.
    @CodableNumber public var edges: [Double]
    /// The number of values in each bin.
    @CodableNumber public var counts: [Double]
    /// The name in the legend.
    public var label: String?
    /// The colour; `nil` takes the next unused one.
    public var color: SeriesColor?
    /// The integer buckets shaded behind the bars.
    public var buckets: Buckets?
    /// The number of values that were NaN or infinite; above zero, drawing the chart throws.
    public var notFinite: Int
  }

  /// Counts values in bins of equal width.
  ///
  /// A vertical axis without a title is named “count”.
  /// A value on an edge belongs to the bin above it; the last bin includes its upper edge. Values outside
  /// `range` are left out. With `buckets`, codes that no value takes are grey; a value beyond the buckets takes
  /// the first or the last code. With `buckets` and neither `bins` nor `range`, bins and buckets are aligned.
  ///
  /// - Parameters:
  ///   - values: The numbers to count.
  ///   - bins: The number of bins; `nil` takes 64, or as many as are aligned with the buckets.
  ///   - range: The numbers covered by the bins; `nil` takes the range of the values.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes the next unused one.
  ///   - buckets: The integer buckets shaded behind the bars.
  /// - Returns: The mark.
  public static func histogram(
    _ values: some Sequence<some Plottable>, bins: Int? = nil, range: ClosedRange<Double>? = nil,
    label: String? = nil, color: SeriesColor? = nil, buckets: Buckets? = nil
  ) -> Mark {
    .histogram(
      Histogram(
        counting: values.plottedValues, bins: bins, range: range, label: label, color: color, buckets: buckets
      ))
  }

  /// A histogram from counts.
  ///
  /// - Parameters:
  ///   - edges: The edges of the bins, in rising order; one more than there are counts.
  ///   - counts: The number of values in each bin.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes the next unused one.
  ///   - buckets: The integer buckets shaded behind the bars.
  /// - Returns: The mark.
  public static func histogram(
    edges: some Sequence<some Plottable>, counts: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil, buckets: Buckets? = nil
  ) -> Mark {
    .histogram(
      Histogram(
        edges: edges.plottedValues, counts: counts.plottedValues, label: label, color: color,
        buckets: buckets,
        notFinite: 0))
  }
}

/// The buckets into which integer codes divide a real axis, shaded behind a histogram.
///
/// A bucket holds all real numbers that round to one code. Buckets of unused codes are grey.
public struct Buckets: Hashable, Codable, Sendable {
  /// The borders between buckets, in rising order; one more than there are codes.
  @CodableNumber public var edges: [Double]
  /// Whether each bucket holds a value; if empty, a histogram finds it from its values.
  public var used: [Bool]
  /// The codes from first to last, such as −127 to 127, one a bucket, written above the plot; `nil` for none.
  public var codes: ClosedRange<Int>?

  /// Creates buckets from their edges.
  public init(edges: some Sequence<some Plottable>, used: [Bool] = [], codes: ClosedRange<Int>? = nil) {
    (self.edges, self.used, self.codes) = (edges.plottedValues, used, codes)
  }

  /// Creates the buckets of `real = scale × (code − zeroPoint)`.
  ///
  /// - Parameters:
  ///   - scale: The width of a bucket, above zero and finite.
  ///   - zeroPoint: The code of real 0.
  ///   - codes: The codes from first to last, at most 65,536.
  ///   - used: Whether each bucket holds a value; if empty, a histogram finds it from its values.
  public init(scale: some Plottable, zeroPoint: Int = 0, codes: ClosedRange<Int>, used: [Bool] = []) {
    let scale = scale.plotted
    require(scale > 0 && scale.isFinite, "buckets need a scale above zero and finite; got \(scale)")
    let (last, isHuge) = codes.upperBound.subtractingReportingOverflow(codes.lowerBound)
    require(!isHuge && last < 1 << 16, "buckets have 65,536 codes at most; got codes \(codes)")
    edges = (0...last + 1).map { scale * (Double(codes.lowerBound) + Double($0) - Double(zeroPoint) - 0.5) }
    (self.used, self.codes) = (used, codes)
  }

  /// Whether there are as many codes as buckets, or no codes.
  var hasCodeForEach: Bool {
    guard let codes else { return true }
    let (last, isHuge) = codes.upperBound.subtractingReportingOverflow(codes.lowerBound)
    return !isHuge && last == count - 1
  }

  /// The number of buckets.
  public var count: Int { max(edges.count - 1, 0) }
}

extension Mark.Histogram {
  private static let usualBins = 64

  init(
    counting values: [Double], bins: Int?, range: ClosedRange<Double>?, label: String?, color: SeriesColor?,
    buckets: Buckets?
  ) {
    require(bins ?? 1 > 0, "a histogram needs at least one bin; got bins: \(bins ?? 0)")
    let finite = values.filter(\.isFinite)
    let notFinite = values.count - finite.count
    var edges: [Double] = []
    if let buckets, bins == nil, range == nil, buckets.count > 0 {
      edges = Self.edges(alignedWith: buckets, holding: finite)
    } else if let low = range?.lowerBound ?? finite.min(), let high = range?.upperBound ?? finite.max() {
      edges = Self.evenEdges(low, high, bins ?? Self.usualBins)
    }
    var buckets = buckets
    if let found = buckets, found.used.isEmpty, found.count > 0 {
      // Values beyond the ends are clipped: they take the first or the last code.
      let clipped = finite.map { min(max($0, found.edges[0]), found.edges[found.count]) }
      buckets?.used = Self.count(clipped, in: found.edges).map { $0 > 0 }
    }
    self.init(
      edges: edges, counts: Self.count(finite, in: edges), label: label, color: color, buckets: buckets,
      notFinite: notFinite)
  }

  private static func evenEdges(_ low: Double, _ high: Double, _ bins: Int) -> [Double] {
    // Equal values: a width of one unit, or of a part of the value, so that the bin has a width at all.
    let (low, high) =
      low < high ? (low, high) : (low - max(0.5, low.magnitude / 100), high + max(0.5, high.magnitude / 100))
    // A weighted sum of the ends cannot overflow. Where doubles are too coarse for so many bins, there are fewer.
    var edges = [low]
    for index in 1...bins {
      let share = Double(index) / Double(bins)
      let edge = index == bins ? high : low * (1 - share) + high * share
      if edge > edges[edges.count - 1] { edges.append(edge) }
    }
    return edges
  }

  /// The buckets' edges, thinned out where there are many, divided where there are few, and extended to all
  /// values.
  private static func edges(alignedWith buckets: Buckets, holding values: [Double]) -> [Double] {
    let group = (buckets.count + 255) / 256
    let parts = max(1, usualBins / max(buckets.count, 1))
    var edges: [Double] = []
    for index in stride(from: 0, to: buckets.count, by: group) {
      let (low, high) = (buckets.edges[index], buckets.edges[min(index + group, buckets.count)])
      edges += (0..<parts).map { low + (high - low) * Double($0) / Double(parts) }
    }
    edges.append(buckets.edges[buckets.count])
    let width = edges[1] - edges[0]
    guard let low = values.min(), let high = values.max() else { return edges }
    let (first, last) = (edges[0], edges[edges.count - 1])
    // Clipped values get bins of the same width; values very far away get one wide bin.
    var below: [Double] = []
    while low < below.last ?? first, below.count < 1024 {
      below.append(first - width * Double(below.count + 1))
    }
    if let reached = below.last, low < reached { below.append(low) }
    var above: [Double] = []
    while high > above.last ?? last, above.count < 1024 {
      above.append(last + width * Double(above.count + 1))
    }
    if let reached = above.last, high > reached { above.append(high) }
    return below.reversed() + edges + above
  }

  /// The number of values in each bin; a value on an edge counts in the upper bin, on the last edge in the last.
  private static func count(_ values: [Double], in edges: [Double]) -> [Double] {
    guard edges.count > 1 else { return [] }
    var counts = [Double](repeating: 0, count: edges.count - 1)
    for value in values where value >= edges[0] && value <= edges[edges.count - 1] {
      var (low, high) = (0, edges.count - 1)
      while high - low > 1 {
        let middle = (low + high) / 2
        if edges[middle] <= value { low = middle } else { high = middle }
      }
      counts[low] += 1
    }
    return counts
  }
}
