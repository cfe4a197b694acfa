import Charting
import IntegerInference
import Support

extension Chart {
  /// The operations of a model from its inputs to its outputs; a long graph is cut into columns.
  ///
  /// Operations with weights are dark. A box has the index and the kind of an operation, the shape and the bits of its
  /// weights, and the shape of what it gives.
  static func graph(of model: IntegerModel) -> Chart {
    let steps = model.operations.enumerated().map { (index: $0, inputs: $1.inputs) }
    let columns = GraphColumns.ranges(of: steps, outputs: model.outputs)
    let weights = model.operations.reduce(0) { $0 + ($1.kernel?.intWeights.count ?? 0) }
    return .graphColumns(
      columns.map { GraphDiagram(of: model, $0) }, title: "The operations of \(model.name.printable)",
      subtitle: "\(model.operations.count.counted("operation")), \(weights.counted("weight"))")
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
          nodes.append(Node("\(input)", "continued", kind: .dynamicValue))
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
