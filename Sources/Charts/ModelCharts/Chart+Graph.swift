import Charting
import Layers
import Quantization

extension Panel {
  /// The graph of a model as a panel, to stand beside others.
  public static func graph(
    of model: Model, title: String? = nil, detail: GraphDetail = .automatic, legend: Legend = .automatic
  ) -> Panel {
    Panel(title: title, legend: legend, marks: [.graph(GraphDiagram(of: model, detail: detail))])
  }
}

extension Chart {
  /// The graph of a model; a long one is cut into columns, read from left to right.
  ///
  /// It is cut only where a single tensor passes, so a branch stays in one column.
  public static func graph(
    of model: Model, title: String? = nil, detail: GraphDetail = .automatic
  ) -> Chart {
    let steps = model.steps
    let detail = detail.resolved(for: steps)
    guard detail == .compact, steps.count > columnLength else {
      return Chart(title: title, panels: [.graph(of: model, detail: detail)])
    }
    let panels = columns(of: steps, outputs: model.outputIndices).enumerated().map { number, steps in
      Panel(
        legend: number == 0 ? .automatic : .hidden,
        marks: [.graph(GraphDiagram(steps: steps, outputs: model.outputIndices, detail: detail))])
    }
    return widest(panels, title: title)
  }

  /// A quantized model before and after: the layers as they were written, and as they will run.
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

  /// The most boxes that are left in one column.
  private static let columnLength = 12

  /// As many columns as there is room for, three at most.
  private static func widest(_ panels: [Panel], title: String?) -> Chart {
    for columns in [3, 2] where columns <= panels.count {
      let chart = Chart(title: title, columns: columns, panels: panels)
      if (try? chart.layout()) != nil { return chart }
    }
    return Chart(title: title, panels: panels)
  }

  /// The steps in columns, cut where one tensor alone goes on.
  private static func columns(of steps: [ModelStep], outputs: [Int]) -> [[ModelStep]] {
    // Two columns, or three, or rows of three.
    let rows = (steps.count + 5 * columnLength - 1) / (5 * columnLength)
    let count = steps.count <= 2 * columnLength ? 2 : 3 * rows
    let length = (steps.count + count - 1) / count
    var columns: [[ModelStep]] = [[]]
    for (index, step) in steps.enumerated() {
      columns[columns.count - 1].append(step)
      let done = Set(steps[...index].map(\.place))
      let passing = Set(steps[(index + 1)...].flatMap(\.inputs)).intersection(done)
      let isCut = passing == [step.place] && !done.contains { outputs.contains($0) }
      if columns[columns.count - 1].count >= length, isCut { columns.append([]) }
    }
    return columns
  }
}
