import Charting
import IntegerInference

/// A chart of a model, with the name of its file and what it shows in words.
struct ModelFigure {
  /// The name of the file, without its ending.
  let name: String
  let chart: Chart
  /// The alternative text.
  let description: String

  /// The charts of a whole model: its graph, its weights, the ranges of their channels, and the use of codes.
  ///
  /// Weights and ranges have a panel an operation, and a graph or panels that one file does not hold have several files.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - use: How often the operations gave each code, on given inputs; nil leaves that chart out.
  /// - Returns: The charts; a model without weights has fewer.
  static func overview(of model: IntegerModel, use: CodeUse?) -> [ModelFigure] {
    let title = model.name.printableLabel
    let graphs = Chart.graphs(of: model)
    let graph = graphs.enumerated().map { number, chart in
      ModelFigure(
        name: graphs.count == 1 ? "graph" : "graph-\(number + 1)", chart: chart,
        description: "The operations of \(title), from input to output.")
    }
    let weighted = model.operations.indices.compactMap { index in
      model.operations[index].kernel.map { (index, $0) }
    }
    let weights = pages(
      "weights", "The weights of \(title) over their codes",
      subtitle: "codes that no weight has are grey",
      weighted.map { index, kernel in kernel.weightPanel(model.heading(of: index), isSmall: true) })
    let ranges = pages(
      "ranges", "The range of each output channel's weights in \(title)",
      subtitle: "from smallest to largest weight, as real numbers",
      weighted.map { index, kernel in kernel.rangePanel(model.heading(of: index), isSmall: true) })
    let codes = use.map { use in
      pages(
        "codes", "The codes that the operations of \(title) give",
        subtitle:
          "on \(use.examples.counted("example")); unused codes are grey, bars that leave a plot are cut",
        model.operations.indices.map { use.panel(model.heading(of: $0), of: $0, isSmall: true) })
    }
    return graph + weights + ranges + (codes ?? [])
  }

  /// The charts of one operation.
  ///
  /// - Parameters:
  ///   - index: The index of the operation.
  ///   - model: The model.
  ///   - use: How often the operations gave each code, on given inputs; nil leaves that chart out.
  /// - Returns: The charts; an operation without weights has only the use of its codes.
  static func operation(_ index: Int, of model: IntegerModel, use: CodeUse?) -> [ModelFigure] {
    let (heading, prefix) = (model.heading(of: index), "operation-\(index)")
    let name = model.name.printableLabel
    var figures: [ModelFigure] = []
    if let kernel = model.operations[index].kernel {
      let (used, codes) = (Set(kernel.intWeights).count, kernel.codeRange.count)
      figures.append(
        ModelFigure(
          name: "\(prefix)-weights",
          chart: Chart(
            title: "\(heading): the weights over \(codes) buckets",
            subtitle:
              "\(name): \(used) of \(codes) codes used by \(kernel.intWeights.count.counted("weight"))",
            columns: 1, panels: [kernel.weightPanel(nil, isSmall: false)]),
          description: "How many weights of operation \(index) have each of \(codes) codes."))
      figures.append(
        ModelFigure(
          name: "\(prefix)-ranges",
          chart: Chart(
            title: "\(heading): the range of each channel",
            subtitle: "\(name): from smallest to largest weight, as real numbers", columns: 1,
            panels: [kernel.rangePanel(nil, isSmall: false)]),
          description: "The smallest and the largest weight of each channel of operation \(index)."))
    }
    if let use {
      figures.append(
        ModelFigure(
          name: "\(prefix)-codes",
          chart: Chart(
            title: "\(heading): \(use.summary(of: index))",
            subtitle: "\(name) on \(use.examples.counted("example")); bars that leave the plot are cut",
            columns: 1,
            panels: [use.panel(nil, of: index, isSmall: false)]),
          description: "How often operation \(index) gave each of the 256 codes."))
    }
    return figures
  }

  /// Three panels in a row, ten rows in a file.
  private static func pages(
    _ name: String, _ title: String, subtitle: String, _ panels: [Panel]
  ) -> [ModelFigure] {
    let size = 30
    return stride(from: 0, to: panels.count, by: size).map { first in
      let page = Array(panels[first..<min(first + size, panels.count)])
      return ModelFigure(
        name: panels.count <= size ? name : "\(name)-\(first / size + 1)",
        chart: Chart(title: title, subtitle: subtitle, columns: min(3, page.count), panels: page),
        description: "\(title): \(subtitle).")
    }
  }
}

extension IntegerModel {
  /// The index and the kind of an operation, and the shape of its kernel.
  func heading(of index: Int) -> String {
    let operation = operations[index]
    let kernel = operation.kernel.map { " \($0.shape.times)" } ?? ""
    return "\(index) \(operation.kind.shortTitle)\(kernel)"
  }
}
