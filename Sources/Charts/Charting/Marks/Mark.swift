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

extension Mark {
  /// A few words for messages.
  var kindName: String {
    switch self {
    case .line(let line): line.joining == .step ? "step" : "line"
    case .scatter: "scatter"
    case .bars: "bars"
    case .histogram: "histogram"
    case .heatMap: "heat map"
    case .numberLine: "number line"
    case .band: "band"
    case .region: "region"
    case .reference: "reference line"
    case .annotation: "annotation"
    case .graph: "graph"
    case .imageGrid: "image grid"
    }
  }

  /// Whether the mark fills its panel and has no axes.
  var fillsPanel: Bool {
    switch self {
    case .graph, .imageGrid: true
    default: false
    }
  }
}

/// A number that a mark can take; a chart keeps all of them as `Double`.
public protocol Plottable {
  /// The number as the chart keeps it.
  var plotted: Double { get }
}

extension BinaryInteger {
  /// The number as the chart keeps it.
  public var plotted: Double { Double(self) }
}

extension BinaryFloatingPoint {
  /// The number as the chart keeps it.
  public var plotted: Double { Double(self) }
}

extension Double: Plottable {}
extension Float: Plottable {}
extension Int: Plottable {}
extension Int8: Plottable {}
extension Int16: Plottable {}
extension Int32: Plottable {}
extension Int64: Plottable {}
extension UInt8: Plottable {}
extension UInt16: Plottable {}
extension UInt32: Plottable {}

extension Sequence where Element: Plottable {
  package var plottedValues: [Double] { map(\.plotted) }
}
