import Support

/// A figure as a value: marks, axes and titles, and nothing yet of pixels.
///
///     let chart = Chart(
///       title: "Every weight moves to the nearest level",
///       x: Axis("weight"), y: Axis("quantized weight"),
///       marks: [.step(x: edges, y: levels, label: "3 bits"), .diagonalLine(label: "float")])
///     try chart.write(png: "staircase.png", provenance: provenance)
///
/// Drawing a chart that cannot be drawn, for it has no data or a NaN, throws a `ChartError`.
public struct Chart: Hashable, Codable, Sendable {
  /// What the figure shows, as a statement; above everything, in bold.
  public var title: String?
  /// A second, muted line under the title: how it was measured, what to notice.
  public var subtitle: String?
  /// The small multiples, row by row.
  public var panels: [Panel]
  /// How many panels stand side by side.
  public var columns: Int
  /// Whether panels above one another share one horizontal axis and its domain.
  public var sharedX: Bool
  /// Whether all panels share one domain vertically.
  public var sharedY: Bool
  /// The size in points; `nil` takes one that suits the marks, 720 wide.
  public var size: Size?

  /// Creates a figure of several panels.
  public init(
    title: String? = nil, subtitle: String? = nil, columns: Int = 1, sharedX: Bool = false,
    sharedY: Bool = false, size: Size? = nil, panels: [Panel]
  ) {
    require(columns > 0, "a chart needs at least one column of panels; got columns: \(columns)")
    (self.title, self.subtitle, self.columns) = (title, subtitle, columns)
    (self.sharedX, self.sharedY, self.size, self.panels) = (sharedX, sharedY, size, panels)
  }

  /// Creates a figure of one panel.
  public init(
    title: String? = nil, subtitle: String? = nil, x: Axis = Axis(), y: Axis = Axis(),
    legend: Legend = .automatic, size: Size? = nil, marks: [Mark]
  ) {
    self.init(
      title: title, subtitle: subtitle, size: size,
      panels: [Panel(x: x, y: y, legend: legend, marks: marks)])
  }
}
