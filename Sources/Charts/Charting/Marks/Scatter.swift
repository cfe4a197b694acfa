extension Mark {
  /// Points alone.
  public struct Scatter: Hashable, Codable, Sendable {
    /// The horizontal positions.
    public var x: [Double]
    /// The vertical positions.
    public var y: [Double]
    /// Its name in the legend.
    public var label: String?
    /// Its colour; `nil` takes the next unused one.
    public var color: SeriesColor?
    /// What is written beside each point; empty for nothing.
    public var names: [String]
  }

  /// Points at `x`, `y`; `names` are written beside them where there is room.
  public static func scatter(
    x: some Sequence<some Plottable>, y: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil, names: [String] = []
  ) -> Mark {
    .scatter(Scatter(x: x.plottedValues, y: y.plottedValues, label: label, color: color, names: names))
  }
}
