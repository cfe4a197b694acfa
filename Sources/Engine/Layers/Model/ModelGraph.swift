import Support
import Tensors

/// The calls of a model's layers, each call after the calls whose results it needs.
struct ModelGraph {
  private(set) var nodes: [ModelNode] = []
  let inputs: [Input]
  /// The indices of the calls that compute the model's outputs.
  let outputs: [Int]
  /// For each node, the indices of the nodes whose results are not needed after it.
  private var released: [[Int]] = []
  /// The fused operations by the index of their first node.
  private var fused: [Int: any FusedOperation] = [:]
  /// The indices of the nodes of each fused operation, in order.
  var fusedNodes: [[Int]] {
    nodes.indices.compactMap { index in fused[index].map { [index] + $0.laterNodes } }
  }

  /// Orders the calls between inputs and outputs, names the layers, builds them and finds their output shapes.
  ///
  /// Shapes are found by running each layer once on one example of zeros, in inference.
  init(inputs: [Input], outputs: [SymbolicTensor], owner: String, generator: SeededGenerator) {
    let calls = Self.inOrder(inputs: inputs, outputs: outputs, owner: owner)
    let indices = Dictionary(
      uniqueKeysWithValues: calls.enumerated().map { (ObjectIdentifier($1), $0) })
    func index(of tensor: SymbolicTensor) -> Int { indices[ObjectIdentifier(tensor), default: 0] }
    self.inputs = inputs
    self.outputs = outputs.map(index(of:))
    Layer.name(calls.map(\.layer), of: owner, generator: generator)
    for call in calls {
      let sources = call.inputs.map(index(of:))
      let examples = (call as? Input).map { [$0.shape] } ?? sources.map { nodes[$0].outputShape }
      let result = call.layer(examples.map { Tensor.zeros([1] + $0) })
      nodes.append(
        ModelNode(
          layer: call.layer, inputs: sources, outputShape: Array(result.shape.dropFirst()), output: call))
    }
    var last = Array(nodes.indices)
    for (index, node) in nodes.enumerated() { for input in node.inputs { last[input] = index } }
    released = nodes.indices.map { index in
      nodes.indices.filter { last[$0] == index && !self.outputs.contains($0) }
    }
    for index in nodes.indices {
      fused[index] =
        FusedConvolution(startingAt: index, in: nodes, outputs: self.outputs)
        ?? FusedAddition(startingAt: index, in: nodes, outputs: self.outputs)
    }
  }

  /// Runs every node once, in order, fused nodes as one operation, and returns the outputs.
  func run(_ batch: [Tensor], training: Bool) -> [Tensor] {
    var results = [Tensor?](repeating: nil, count: nodes.count)
    var done: Set<Int> = []
    for (index, node) in nodes.enumerated() {
      let given = node.inputs.compactMap { results[$0] }
      if index < inputs.count {
        results[index] = batch[index]
      } else if let fused = fused[index], let result = fused(given, training: training) {
        results[fused.laterNodes.last ?? index] = result
        done.formUnion(fused.laterNodes)
      } else if !done.contains(index) {
        results[index] = node.layer(given, training: training)
      }
      for unneeded in released[index] { results[unneeded] = nil }
    }
    return outputs.compactMap { results[$0] }
  }

  /// The inputs, then every call on a path to the outputs, each call after the calls it needs.
  private static func inOrder(
    inputs: [Input], outputs: [SymbolicTensor], owner: String
  ) -> [SymbolicTensor] {
    require(!inputs.isEmpty && !outputs.isEmpty, "\(owner) needs at least one input and one output")
    var order: [SymbolicTensor] = inputs
    var seen = Set(inputs.map(ObjectIdentifier.init))
    require(seen.count == inputs.count, "\(owner) names one of its inputs twice: name each once")
    var path: [(call: SymbolicTensor, next: Int)] = []
    func visit(_ call: SymbolicTensor) {
      guard seen.insert(ObjectIdentifier(call)).inserted else { return }
      require(
        !(call is Input),
        "\(owner): its outputs depend on the input \"\(call.layer.name)\", which is not among its inputs: "
          + "add it to inputs:")
      path.append((call, 0))
    }
    for output in outputs {
      visit(output)
      while let (call, next) = path.last {
        if next == call.inputs.count {
          order.append(call)
          path.removeLast()
        } else {
          path[path.count - 1].next += 1
          visit(call.inputs[next])
        }
      }
    }
    return order
  }
}

/// One call of a layer in a model; a layer called twice has two nodes.
public struct ModelNode {
  /// The called layer.
  public let layer: Layer
  /// The indices in the model's ``Model/nodes`` of the inputs of the call; all are below the node's own index.
  public let inputs: [Int]
  /// The shape of the output for one example.
  public let outputShape: [Int]
  /// The symbolic output, for further models.
  public let output: SymbolicTensor
}

extension [ModelNode] {
  /// How many nodes call a layer.
  func calls(of layer: Layer) -> Int { count { $0.layer === layer } }

  /// The only node that reads a node's result; nil if several do, if it is an output, or if the reader has other inputs
  /// or its layer other calls.
  func onlyReader(of index: Int, outputs: [Int]) -> Int? {
    let readers = indices.filter { self[$0].inputs.contains(index) }
    guard readers.count == 1, !outputs.contains(index), self[readers[0]].inputs.count == 1,
      calls(of: self[readers[0]].layer) == 1
    else { return nil }
    return readers[0]
  }
}
