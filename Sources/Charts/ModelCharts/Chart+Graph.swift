import Charting
import Layers
import Quantization

extension Panel {
  /// A panel with the graph of a model, for a chart of several panels.
  ///
  /// - Parameters:
  ///   - model: The model, in float or quantized.
  ///   - title: The heading of the panel.
  ///   - detail: How much of the model is shown.
  ///   - legend: Whether the kinds of box are listed.
  /// - Returns: The panel.
  public static func graph(
    of model: Model, title: String? = nil, detail: GraphDetail = .automatic, legend: Legend = .automatic
  ) -> Panel {
    Panel(title: title, legend: legend, marks: [.graph(GraphDiagram(of: model, detail: detail))])
  }
}

extension Chart {
  /// The graph of a model; a long graph is cut into columns, read from left to right.
  ///
  /// The graph is cut only where a single tensor passes, so a branch stays in one column.
  public static func graph(
    of model: Model, title: String? = nil, detail: GraphDetail = .automatic
  ) -> Chart {
    let steps = model.steps
    let detail = detail.resolved(for: steps)
    let columns = GraphColumns.ranges(
      of: steps.map { ($0.index, $0.inputs) }, outputs: model.outputIndices)
    guard detail == .compact, columns.count > 1 else {
      return Chart(title: title, panels: [.graph(of: model, detail: detail)])
    }
    return .graphColumns(
      columns.map { GraphDiagram(steps: Array(steps[$0]), outputs: model.outputIndices, detail: detail) },
      title: title)
  }

  /// A quantized model before and after: the layers as written, and as they run.
  public static func quantization(
    of model: QuantizedModel, title: String? = nil, detail: GraphDetail = .automatic
  ) -> Chart {
    let written = removeQuantization(model)
    let isSmall = detail == .automatic && detail.resolved(for: model.steps) == .full
    var panels: [Panel] = []
    for detail in isSmall ? [.full, .outputs, .compact] : [detail] {
      panels = [
        .graph(of: written, title: "as written", detail: detail, legend: .hidden),
        .graph(of: model, title: "as it runs", detail: detail),
      ]
      let chart = Chart(title: title, columns: 2, panels: panels)
      if (try? chart.layout()) != nil { return chart }
    }
    return Chart(title: title, panels: panels)
  }
}
