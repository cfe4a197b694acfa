/// Something drawn in a panel, made with the functions named like its cases: `.line(x:y:label:)`.
public enum Mark: Hashable, Codable, Sendable {
  /// A line through points.
  case line(Line)
  /// Points alone.
  case scatter(Scatter)
  /// Bars for named things, in groups if there are several series.
  case bars(Bars)
  /// How often values fall into each of many bins.
  case histogram(Histogram)
  /// A table of numbers as coloured cells.
  case heatMap(HeatMap)
  /// Points above a line of levels, with arrows from each point to the level it snaps to.
  case numberLine(NumberLine)
  /// The area between two curves.
  case band(Band)
  /// A range of one axis or both, shaded.
  case region(Region)
  /// A straight line for comparison.
  case reference(Reference)
  /// A note that points at a place.
  case annotation(Annotation)
  /// A node-link diagram. It fills its panel.
  case graph(GraphDiagram)
  /// Small grey images in a grid. They fill their panel.
  case imageGrid(ImageGrid)
}
