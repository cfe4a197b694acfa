import Charting
import IntegerInference
import Support

extension Chart {
  /// The operations of a model from its inputs to its outputs; a long graph is cut into columns, and
  /// these into several charts where a PNG would be too large.
  ///
  /// Operations with weights are dark. A box has the index and the kind of an operation, the shape and the bits of its
  /// weights, and the shape of what it gives.
  static func graphs(of model: IntegerModel) -> [Chart] {
    // A constant is drawn in each column that reads it, so that it keeps no columns together.
    let steps = model.operations.enumerated().map { index, operation in
      (index: index, inputs: operation.inputs.filter { !model.operations[$0].isConstant })
    }
    let columns = GraphColumns.ranges(of: steps, outputs: model.outputs)
    return graphs(columns.map { GraphDiagram(of: model, $0) }[...], of: model)
  }

  /// The charts of some columns: one, or those of each half if one would be too large for a PNG.
  private static func graphs(_ columns: ArraySlice<GraphDiagram>, of model: IntegerModel) -> [Chart] {
    let weights = model.operations.reduce(0) { $0 + ($1.kernel?.intWeights.count ?? 0) }
    let chart = graphColumns(
      Array(columns), title: "The operations of \(model.name.printableLabel)",
      subtitle: "\(model.operations.count.counted("operation")), \(weights.counted("weight"))")
    guard !chart.fitsPNG, columns.count > 1 else { return [chart] }
    let half = columns.startIndex + (columns.count + 1) / 2
    return graphs(columns[..<half], of: model) + graphs(columns[half...], of: model)
  }
}

extension GraphDiagram {
  /// The diagram of some operations of a model; what comes from others enters as a box "continued".
  fileprivate init(of model: IntegerModel, _ range: Range<Int>) {
    self.init(nodes: [], edges: [])
    for index in range {
      let operation = model.operations[index]
      for input in Set(operation.inputs).sorted() where !range.contains(input) {
        if !nodes.contains(where: { $0.id == "\(input)" }) {
          let isConstant = model.operations[input].isConstant
          nodes.append(
            Node(
              "\(input)", isConstant ? "\(input) constant" : "continued",
              kind: isConstant ? .staticValue : .dynamicValue))
        }
      }
      let kernel = operation.kernel.map { ["\($0.shape.times) · W\($0.bitWidth)"] } ?? []
      let lines = ["\(index) \(operation.kind.shortTitle)"] + kernel + ["→ \(operation.shape.times)"]
      let kind: Node.Kind =
        switch operation.kind {
        case .input: .dynamicValue
        case .constant: .staticValue
        default: operation.kernel == nil ? .operation : .layer
        }
      nodes.append(Node("\(index)", lines.joined(separator: "\n"), kind: kind))
      edges += Set(operation.inputs).sorted().map { Edge("\($0)", "\(index)") }
    }
    for (number, index) in model.outputs.enumerated() where range.contains(index) {
      nodes.append(
        Node(
          "output \(number)", model.outputs.count == 1 ? "output" : "output \(number + 1)",
          kind: .dynamicValue))
      edges.append(Edge("\(index)", "output \(number)"))
    }
  }
}

extension IntegerOperation {
  /// Whether the operation gives the same codes for each example.
  fileprivate var isConstant: Bool { if case .constant = kind { true } else { false } }
}
