/// One drawing in a panel, made with the function named like its case: `.line(x:y:label:)`.
public enum Mark: Hashable, Codable, Sendable {
  /// A line through points.
  case line(Line)
  /// Points without a line.
  case scatter(Scatter)
  /// Bars with names, in groups if there are several series.
  case bars(Bars)
  /// The number of values in each of many bins.
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
  /// A note that points at a location.
  case annotation(Annotation)
  /// A node-link diagram; it fills its panel.
  case graph(GraphDiagram)
  /// Small grey images in a grid; they fill their panel.
  case imageGrid(ImageGrid)
}

extension Mark: CustomStringConvertible {
  /// The kind of mark, its label and its size: `line “float32” (13 points)`.
  public var description: String {
    func counted(_ count: Int, _ noun: String) -> String { count == 1 ? "1 \(noun)" : "\(count) \(noun)s" }
    let (label, size): (String?, String?) =
      switch self {
      case .line(let line): (line.label, counted(line.y.count, "point"))
      case .scatter(let scatter): (scatter.label, counted(scatter.y.count, "point"))
      case .band(let band): (band.label, counted(band.x.count, "point"))
      case .bars(let bars):
        (
          bars.series.count == 1 ? bars.series[0].label : nil,
          "\(bars.names.count)" + (bars.series.count == 1 ? "" : " × \(bars.series.count) series")
        )
      case .histogram(let histogram): (histogram.label, counted(histogram.counts.count, "bin"))
      case .heatMap(let map): (map.label, "\(map.cells.count) × \(map.cells.first?.count ?? 0)")
      case .numberLine(let line):
        (line.label, "\(counted(line.levels.count, "level")), \(counted(line.points.count, "point"))")
      case .region(let region): (region.label, nil)
      case .reference(let reference): (reference.label, nil)
      case .annotation(let note): (note.text, nil)
      case .graph(let graph):
        (nil, "\(counted(graph.nodes.count, "node")), \(counted(graph.edges.count, "edge"))")
      case .imageGrid(let grid): (nil, counted(grid.images.count, "image"))
      }
    return kindName + quoted(label) + (size.map { " (\($0))" } ?? "")
  }

  /// The kind of mark in messages.
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

  /// Whether the mark counts values in bins.
  var isHistogram: Bool {
    if case .histogram = self { return true }
    return false
  }

  /// Whether the mark fills its panel and has no axes.
  var fillsPanel: Bool {
    switch self {
    case .graph, .imageGrid: true
    default: false
    }
  }
}

/// A number type that marks take; a chart converts all of them to `Double`.
public protocol Plottable {
  /// The number as a `Double`.
  var plotted: Double { get }
}

extension BinaryInteger {
  /// The number as a `Double`.
  public var plotted: Double { Double(self) }
}

extension BinaryFloatingPoint {
  /// The number as a `Double`.
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
