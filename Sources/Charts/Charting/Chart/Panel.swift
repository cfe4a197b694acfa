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
