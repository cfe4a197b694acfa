extension Mark {
  /// The area between two curves, such as the spread over seeds.
  public struct Band: Hashable, Codable, Sendable {
    /// The horizontal positions.
    public var x: [Double]
    /// The lower curve.
    public var low: [Double]
    /// The upper curve.
    public var high: [Double]
    /// Its name in the legend.
    public var label: String?
    /// Its colour; `nil` takes the next unused one.
    public var color: SeriesColor?
  }

  /// The area between `low` and `high`, lightly filled.
  public static func band(
    x: some Sequence<some Plottable>, low: some Sequence<some Plottable>,
    high: some Sequence<some Plottable>, label: String? = nil, color: SeriesColor? = nil
  ) -> Mark {
    .band(
      Band(
        x: x.plottedValues, low: low.plottedValues, high: high.plottedValues, label: label, color: color))
  }
}
