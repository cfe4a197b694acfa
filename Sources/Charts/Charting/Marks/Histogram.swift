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
