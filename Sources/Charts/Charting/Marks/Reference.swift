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
