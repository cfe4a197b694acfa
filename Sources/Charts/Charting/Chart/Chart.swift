import Support

/// A figure as a value: titles, panels, axes and marks, without pixels.
///
///     let chart = Chart(
///       title: "Every weight moves to the nearest level",
///       x: Axis("weight"), y: Axis("quantized weight"),
///       marks: [.step(x: edges, y: levels, label: "3 bits"), .diagonalLine(label: "float")])
///     try chart.write(png: "staircase.png", provenance: provenance)
///
/// A chart without data, or with a NaN in it, can be made; drawing it throws a ``ChartError``. In JSON, a number that
/// is infinite or NaN is one of the texts `"Infinity"`, `"-Infinity"` and `"NaN"`.
public struct Chart: Hashable, Codable, Sendable {
  /// The message of the figure, as a statement; above everything, in bold.
  public var title: String?
  /// A second, muted line under the title: how the data was measured, what to notice.
  public var subtitle: String?
  /// The panels (small multiples), row by row.
  public var panels: [Panel]
  /// The number of panels side by side.
  public var columns: Int
  /// Whether panels above one another share one horizontal axis and its domain.
  public var sharedX: Bool
  /// Whether all panels share one vertical domain.
  public var sharedY: Bool
  /// The size in points; `nil` takes a width of 720 and the height that suits the marks.
  public var size: Size?

  /// Creates a figure of several panels.
  ///
  /// - Parameters:
  ///   - title: The message of the figure.
  ///   - subtitle: A second, muted line.
  ///   - columns: The number of panels side by side, at least 1.
  ///   - sharedX: Whether panels above one another share one horizontal axis.
  ///   - sharedY: Whether all panels share one vertical domain.
  ///   - size: The size in points; `nil` takes a width of 720 and the height that suits the marks.
  ///   - panels: The panels, row by row.
  public init(
    title: String? = nil, subtitle: String? = nil, columns: Int = 1, sharedX: Bool = false,
    sharedY: Bool = false, size: Size? = nil, panels: [Panel]
  ) {
    require(columns > 0, "a chart needs at least one column of panels; got columns: \(columns)")
    (self.title, self.subtitle, self.columns) = (title, subtitle, columns)
    (self.sharedX, self.sharedY, self.size, self.panels) = (sharedX, sharedY, size, panels)
  }

  /// Creates a figure of one panel.
  ///
  /// - Parameters:
  ///   - title: The message of the figure.
  ///   - subtitle: A second, muted line.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - legend: Whether the labels of marks are listed.
  ///   - size: The size in points; `nil` takes a width of 720 and the height that suits the marks.
  ///   - marks: The marks of the panel.
  public init(
    title: String? = nil, subtitle: String? = nil, x: Axis = Axis(), y: Axis = Axis(),
    legend: Legend = .automatic, size: Size? = nil, marks: [Mark]
  ) {
    self.init(
      title: title, subtitle: subtitle, size: size,
      panels: [Panel(x: x, y: y, legend: legend, marks: marks)])
  }
}

extension Chart: CustomStringConvertible {
  /// The title and the size, then a line for each panel with its marks.
  public var description: String {
    let format = NumberFormat.significant(4)
    let size =
      size.map { "\(format.string($0.width)) × \(format.string($0.height)) points" } ?? "720 points wide"
    let lines = panels.enumerated().map { index, panel in
      panels.count == 1
        ? "  \(panel.contents)" : "  panel \(index + 1)\(quoted(panel.title)): \(panel.contents)"
    }
    return (["chart\(quoted(title)), \(size)"] + lines).joined(separator: "\n")
  }
}

/// One plot of a chart: marks on a pair of axes.
///
/// Marks are drawn in their order, but in layers: regions, bands and bars lie under lines and points, and text
/// lies on top.
public struct Panel: Hashable, Codable, Sendable {
  /// The heading of the panel within its chart.
  public var title: String?
  /// The horizontal axis.
  public var x: Axis
  /// The vertical axis.
  public var y: Axis
  /// Whether the labels of marks are listed.
  public var legend: Legend
  /// The marks, from back to front.
  public var marks: [Mark]

  /// Creates a panel.
  ///
  /// - Parameters:
  ///   - title: The heading of the panel within its chart.
  ///   - x: The horizontal axis.
  ///   - y: The vertical axis.
  ///   - legend: Whether the labels of marks are listed.
  ///   - marks: The marks, from back to front.
  public init(
    title: String? = nil, x: Axis = Axis(), y: Axis = Axis(), legend: Legend = .automatic, marks: [Mark]
  ) {
    (self.title, self.x, self.y, self.legend, self.marks) = (title, x, y, legend, marks)
  }
}

extension Panel: CustomStringConvertible {
  /// The title and the marks, in one line.
  public var description: String { "panel\(quoted(title)): \(contents)" }

  /// The first marks, in one line.
  fileprivate var contents: String {
    if marks.isEmpty { return "no marks" }
    let shown = marks.prefix(6).map(\.description).joined(separator: ", ")
    return marks.count > 6 ? "\(shown) and \(marks.count - 6) more" : shown
  }
}

/// A title or label in quotation marks after a space, on one line; empty without one.
func quoted(_ text: String?) -> String {
  text.map { " “\($0.replacing("\n", with: " "))”" } ?? ""
}

/// Whether a panel lists the labels of its marks.
public enum Legend: String, Hashable, Codable, Sendable {
  /// A row above the plot, as soon as a mark has a label.
  case automatic
  /// No legend.
  case hidden
}

/// A width and a height in points; 72 points are an inch on paper.
public struct Size: Hashable, Codable, Sendable {
  /// The extent from left to right.
  @CodableNumber public var width: Double
  /// The extent from top to bottom.
  @CodableNumber public var height: Double

  /// Creates a size.
  public init(width: Double, height: Double) {
    (self.width, self.height) = (width, height)
  }
}
