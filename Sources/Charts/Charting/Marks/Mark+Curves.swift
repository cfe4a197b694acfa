extension Mark {
  /// A line through points, straight between them or in steps.
  public struct Line: Hashable, Codable, Sendable {
    /// How one point is joined to the next.
    public enum Joining: String, Hashable, Codable, Sendable {
      /// By a straight line.
      case straight
      /// By a step: the value holds from its own x to the next one's.
      case step
    }

    /// The horizontal positions; steps may have one more, where the last value ends.
    public var x: [Double]
    /// The vertical positions.
    public var y: [Double]
    /// Its name in the legend.
    public var label: String?
    /// Its colour; `nil` takes the next unused one.
    public var color: SeriesColor?
    /// Its pattern; `nil` tells several plain lines of a panel apart by theirs.
    public var dash: Dash?
    /// How one point is joined to the next.
    public var joining: Joining
    /// Whether a marker shows every point.
    public var markers: Bool
  }

  /// A line through the points `x`, `y`; `markers` shows every point, each series with its own shape.
  public static func line(
    x: some Sequence<some Plottable>, y: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil, dash: Dash? = nil, markers: Bool = false
  ) -> Mark {
    .line(
      Line(
        x: x.plottedValues, y: y.plottedValues, label: label, color: color, dash: dash, joining: .straight,
        markers: markers))
  }

  /// A staircase: each of `y` holds from its own `x` to the next one; `x` may have one more, as the end.
  public static func step(
    x: some Sequence<some Plottable>, y: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil, dash: Dash? = nil
  ) -> Mark {
    .line(
      Line(
        x: x.plottedValues, y: y.plottedValues, label: label, color: color, dash: dash, joining: .step,
        markers: false))
  }
}

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
