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

/// One plot of a chart: marks on a pair of axes.
///
/// Marks are drawn in their order, shading first: regions, bands and bars lie under lines and points, and
/// text lies over all of them.
public struct Panel: Hashable, Codable, Sendable {
  /// The heading of the panel within its chart.
  public var title: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// Whether the labels of marks are listed.
  public var legend: Legend
  /// What is drawn.
  public var marks: [Mark]

  /// Creates a panel.
  public init(
    title: String? = nil, x: Axis = Axis(), y: Axis = Axis(), legend: Legend = .automatic, marks: [Mark]
  ) {
    (self.title, self.x, self.y, self.legend, self.marks) = (title, x, y, legend, marks)
  }
}

/// Whether a panel lists the labels of its marks.
public enum Legend: String, Hashable, Codable, Sendable {
  /// A row above the plot, off the data, as soon as a mark has a label.
  case automatic
  /// None.
  case hidden
}

/// A width and a height in points: 72 points make an inch on paper.
public struct Size: Hashable, Codable, Sendable {
  /// From left to right.
  public var width: Double
  /// From top to bottom.
  public var height: Double

  /// Creates a size.
  public init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }
}
