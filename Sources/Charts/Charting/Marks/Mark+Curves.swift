import Support

extension Mark {
  /// A line through points, straight between them or in steps.
  public struct Line: Hashable, Codable, Sendable {
    /// How one point is connected with the next.
    public enum Joining: String, Hashable, Codable, Sendable {
      /// By a straight line.
      case straight
      /// By a step: each y holds from its own x to the next x.
      case step
    }

    /// The horizontal positions; steps may have one more, the end of the last step.
    @CodableNumber public var x: [Double]
    /// The vertical positions.
    @CodableNumber public var y: [Double]
    /// The name in the legend.
    public var label: String?
    /// The colour; `nil` takes the next unused one.
    public var color: SeriesColor?
    /// The dash pattern; `nil` gives each of several lines without markers a different one.
    public var dash: Dash?
    /// How one point is connected with the next.
    public var joining: Joining
    /// Whether every point has a marker.
    public var markers: Bool
  }

  /// A line through points.
  ///
  /// - Parameters:
  ///   - x: The horizontal positions.
  ///   - y: The vertical positions, as many.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes the next unused one.
  ///   - dash: The dash pattern; `nil` gives each of several lines without markers a different one.
  ///   - markers: Whether every point has a marker, whose shape differs from series to series.
  /// - Returns: The mark.
  public static func line(
    x: some Sequence<some Plottable>, y: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil, dash: Dash? = nil, markers: Bool = false
  ) -> Mark {
    .line(
      Line(
        x: x.plottedValues, y: y.plottedValues, label: label, color: color, dash: dash, joining: .straight,
        markers: markers))
  }

  /// A staircase: each y holds from its own x to the next x.
  ///
  /// - Parameters:
  ///   - x: The horizontal positions; may have one more than `y`, the end of the last step.
  ///   - y: The vertical positions.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes the next unused one.
  ///   - dash: The dash pattern; `nil` gives each of several lines without markers a different one.
  /// - Returns: The mark.
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
  /// Points without a line.
  public struct Scatter: Hashable, Codable, Sendable {
    /// The horizontal positions.
    @CodableNumber public var x: [Double]
    /// The vertical positions.
    @CodableNumber public var y: [Double]
    /// The name in the legend.
    public var label: String?
    /// The colour; `nil` takes the next unused one.
    public var color: SeriesColor?
    /// The names beside the points; empty for none.
    public var names: [String]
  }

  /// Points without a line.
  ///
  /// - Parameters:
  ///   - x: The horizontal positions.
  ///   - y: The vertical positions, as many.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes the next unused one.
  ///   - names: One name a point, written beside it where there is room; empty for none.
  /// - Returns: The mark.
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
    @CodableNumber public var x: [Double]
    /// The lower curve.
    @CodableNumber public var low: [Double]
    /// The upper curve.
    @CodableNumber public var high: [Double]
    /// The name in the legend.
    public var label: String?
    /// The colour; `nil` takes the next unused one.
    public var color: SeriesColor?
  }

  /// The area between two curves, lightly filled.
  ///
  /// - Parameters:
  ///   - x: The horizontal positions.
  ///   - low: The lower curve, one y for each x.
  ///   - high: The upper curve, one y for each x.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes that of the next series.
  /// - Returns: The mark.
  public static func band(
    x: some Sequence<some Plottable>, low: some Sequence<some Plottable>,
    high: some Sequence<some Plottable>, label: String? = nil, color: SeriesColor? = nil
  ) -> Mark {
    .band(
      Band(
        x: x.plottedValues, low: low.plottedValues, high: high.plottedValues, label: label, color: color))
  }
}
