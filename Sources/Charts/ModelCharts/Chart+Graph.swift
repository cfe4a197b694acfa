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
    guard detail == .compact, steps.count > columnLength else {
      return Chart(title: title, panels: [.graph(of: model, detail: detail)])
    }
    let panels = columns(of: steps, outputs: model.outputIndices).enumerated().map { index, steps in
      Panel(
        legend: index == 0 ? .automatic : .hidden,
        marks: [.graph(GraphDiagram(steps: steps, outputs: model.outputIndices, detail: detail))])
    }
    return widest(panels, title: title)
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

  /// The longest graph, in boxes, that is not cut.
  private static let columnLength = 12

  /// A chart of as many columns as have room, three at most.
  private static func widest(_ panels: [Panel], title: String?) -> Chart {
    for columns in [3, 2] where columns <= panels.count {
      let chart = Chart(title: title, columns: columns, panels: panels)
      if (try? chart.layout()) != nil { return chart }
    }
    return Chart(title: title, panels: panels)
  }

  /// The steps in columns, cut where only one tensor is passed on.
  private static func columns(of steps: [ModelStep], outputs: [Int]) -> [[ModelStep]] {
    // Two columns, or three, or rows of three.
    let rows = (steps.count + 5 * columnLength - 1) / (5 * columnLength)
    let count = steps.count <= 2 * columnLength ? 2 : 3 * rows
    let length = (steps.count + count - 1) / count
    var columns: [[ModelStep]] = [[]]
    for (index, step) in steps.enumerated() {
      columns[columns.count - 1].append(step)
      let done = Set(steps[...index].map(\.index))
      let passing = Set(steps[(index + 1)...].flatMap(\.inputs)).intersection(done)
      let isCut = passing == [step.index] && !done.contains { outputs.contains($0) }
      if columns[columns.count - 1].count >= length, isCut { columns.append([]) }
    }
    return columns
  }
}
