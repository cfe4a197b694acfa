import Support

extension Mark {
  /// How often values fall into each of many bins.
  public struct Histogram: Hashable, Codable, Sendable {
    /// The edges of the bins, rising; one more than there are counts.
    public var edges: [Double]
    /// How many values each bin holds.
    public var counts: [Double]
    /// Its name in the legend.
    public var label: String?
    /// Its colour; `nil` takes the next unused one.
    public var color: SeriesColor?
    /// The integer buckets shaded behind the bars.
    public var buckets: Buckets?
    /// How many values were NaN or infinite; a chart with any refuses to be drawn.
    public var notFinite: Int
  }

  /// Counts `values` in `bins` equal bins over `range`, or over all of them.
  ///
  /// A value on an edge belongs to the bin above it; the last bin holds its upper edge too; values out of
  /// `range` are left out. With `buckets` and no `bins`, bins and buckets are aligned, and codes that no value
  /// takes are greyed; values beyond the buckets take the first or the last code.
  public static func histogram(
    _ values: some Sequence<some Plottable>, bins: Int? = nil, range: ClosedRange<Double>? = nil,
    label: String? = nil, color: SeriesColor? = nil, buckets: Buckets? = nil
  ) -> Mark {
    .histogram(
      Histogram(
        counting: values.plottedValues, bins: bins, range: range, label: label, color: color, buckets: buckets
      ))
  }

  /// A histogram that was counted elsewhere; `edges` rise, and are one more than `counts`.
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

/// The buckets that integer codes cut a real axis into, shaded behind a histogram.
///
/// A bucket is all the real numbers that round to one code; codes that no value uses are greyed.
public struct Buckets: Hashable, Codable, Sendable {
  /// The real numbers where one bucket ends and the next begins, rising; one more than there are codes.
  public var edges: [Double]
  /// Whether any value falls into each bucket; empty, and a histogram finds it from its values.
  public var used: [Bool]
  /// The first and last code, such as −127 and 127, as many as buckets, written at the ends; `nil` for none.
  public var codes: ClosedRange<Int>?

  /// Creates buckets from their edges.
  public init(edges: some Sequence<some Plottable>, used: [Bool] = [], codes: ClosedRange<Int>? = nil) {
    (self.edges, self.used, self.codes) = (edges.plottedValues, used, codes)
  }

  /// Creates the buckets of `real = scale × (code − zeroPoint)` for all of `codes`.
  public init(scale: some Plottable, zeroPoint: Int = 0, codes: ClosedRange<Int>, used: [Bool] = []) {
    let scale = scale.plotted
    require(scale > 0 && scale.isFinite, "buckets need a scale above zero and finite; got \(scale)")
    let (last, isHuge) = codes.upperBound.subtractingReportingOverflow(codes.lowerBound)
    require(!isHuge && last < 1 << 16, "buckets have 65,536 codes at most; got codes \(codes)")
    edges = (0...last + 1).map { scale * (Double(codes.lowerBound) + Double($0) - Double(zeroPoint) - 0.5) }
    (self.used, self.codes) = (used, codes)
  }

  /// Whether there are as many codes as buckets, or none are given.
  var hasCodeForEach: Bool {
    guard let codes else { return true }
    let (last, isHuge) = codes.upperBound.subtractingReportingOverflow(codes.lowerBound)
    return !isHuge && last == count - 1
  }

  /// How many codes there are.
  public var count: Int { max(edges.count - 1, 0) }
}

extension Mark.Histogram {
  static let usualBins = 64

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
    // All values equal: one unit, or a part of the value itself, so that the bin has a width.
    let (low, high) =
      low < high ? (low, high) : (low - max(0.5, low.magnitude / 100), high + max(0.5, high.magnitude / 100))
    // Weighted ends, which cannot overflow; where doubles are too coarse for so many bins, fewer.
    var edges = [low]
    for index in 1...bins {
      let share = Double(index) / Double(bins)
      let edge = index == bins ? high : low * (1 - share) + high * share
      if edge > edges[edges.count - 1] { edges.append(edge) }
    }
    return edges
  }

  /// The buckets' edges, thinned out or divided where there are very many or few, and extended to all values.
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
    // Bins of the same width out to the values that are clipped; one wide bin for those very far away.
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

  /// How many values lie in each bin: a value on an edge in the upper one, the last edge in the last.
  static func count(_ values: [Double], in edges: [Double]) -> [Double] {
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
