extension Mark {
  /// A straight line for comparison, its label beside it: a threshold, an ideal, a theory.
  public struct Reference: Hashable, Codable, Sendable {
    /// Which line.
    public enum Course: Hashable, Codable, Sendable {
      /// All the points with this y.
      case horizontal(y: Double)
      /// All the points with this x.
      case vertical(x: Double)
      /// y = slope · x + intercept; on linear axes.
      case diagonal(slope: Double, intercept: Double)
    }

    /// Which line.
    public var course: Course
    /// What is written beside it.
    public var label: String?
    /// Its colour; `nil` is dark grey.
    public var color: SeriesColor?
    /// Its pattern.
    public var dash: Dash
  }

  /// A line across the panel at `y`.
  public static func horizontalLine(
    at y: some Plottable, label: String? = nil, color: SeriesColor? = nil, dash: Dash = .dashed
  ) -> Mark {
    .reference(Reference(course: .horizontal(y: y.plotted), label: label, color: color, dash: dash))
  }

  /// A line up the panel at `x`.
  public static func verticalLine(
    at x: some Plottable, label: String? = nil, color: SeriesColor? = nil, dash: Dash = .dashed
  ) -> Mark {
    .reference(Reference(course: .vertical(x: x.plotted), label: label, color: color, dash: dash))
  }

  /// The line y = `slope` · x + `intercept`, on linear axes.
  public static func diagonalLine(
    slope: Double = 1, intercept: Double = 0, label: String? = nil, color: SeriesColor? = nil,
    dash: Dash = .dashed
  ) -> Mark {
    .reference(
      Reference(
        course: .diagonal(slope: slope, intercept: intercept), label: label, color: color, dash: dash))
  }
}

extension Mark {
  /// A range of one axis or both, lightly shaded: where values are clipped, say.
  public struct Region: Hashable, Codable, Sendable {
    /// The range across; `nil` is all of the axis.
    public var x: ClosedRange<Double>?
    /// The range upwards; `nil` is all of the axis.
    public var y: ClosedRange<Double>?
    /// Its name in the legend.
    public var label: String?
    /// Its colour; `nil` is grey.
    public var color: SeriesColor?
  }

  /// Shades a range across, a range upwards, or the rectangle of both; does not widen the axes.
  public static func region(
    x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil, label: String? = nil,
    color: SeriesColor? = nil
  ) -> Mark {
    .region(Region(x: x, y: y, label: label, color: color))
  }
}

extension Mark {
  /// A note that points at a place; it is moved until it collides with no other text.
  public struct Annotation: Hashable, Codable, Sendable {
    /// What is written; a newline starts a new line.
    public var text: String
    /// The place meant, across.
    public var x: Double
    /// The place meant, upwards.
    public var y: Double
    /// Its colour; `nil` is dark grey.
    public var color: SeriesColor?
  }

  /// A note that points at `x`, `y`.
  public static func annotation(
    _ text: String, x: some Plottable, y: some Plottable, color: SeriesColor? = nil
  ) -> Mark {
    .annotation(Annotation(text: text, x: x.plotted, y: y.plotted, color: color))
  }
}
