import Support
import Tensors

/// The calls of a model's layers, each after those whose results it needs.
struct ModelGraph {
  private(set) var nodes: [ModelNode] = []
  let inputs: [Input]
  let outputs: [Int]
  /// For each node, the numbers of those whose results nobody needs after it.
  private var released: [[Int]] = []
  /// The chains that run as one operation, by their first node's number.
  private var chains: [Int: FusedConvolution] = [:]
  /// The numbers of the nodes of each chain, in their order.
  var fusedNodes: [[Int]] {
    nodes.indices.compactMap { number in chains[number].map { [number] + $0.rest } }
  }

  /// Orders the calls between inputs and outputs, names the layers, builds them and finds their shapes.
  ///
  /// Shapes come from running each layer once on one example of zeros, in inference.
  init(inputs: [Input], outputs: [SymbolicTensor], owner: String, generator: SeededGenerator) {
    let calls = Self.inOrder(inputs: inputs, outputs: outputs, owner: owner)
    let places = Dictionary(
      uniqueKeysWithValues: calls.enumerated().map { (ObjectIdentifier($1), $0) })
    func place(_ tensor: SymbolicTensor) -> Int { places[ObjectIdentifier(tensor), default: 0] }
    self.inputs = inputs
    self.outputs = outputs.map(place)
    Layer.name(calls.map(\.layer), of: owner, generator: generator)
    for call in calls {
      let sources = call.inputs.map(place)
      let examples = (call as? Input).map { [$0.shape] } ?? sources.map { nodes[$0].outputShape }
      let result = call.layer(examples.map { Tensor.zeros([1] + $0) })
      nodes.append(
        ModelNode(
          layer: call.layer, inputs: sources, outputShape: Array(result.shape.dropFirst()), output: call))
    }
    var last = Array(nodes.indices)
    for (number, node) in nodes.enumerated() { for input in node.inputs { last[input] = number } }
    released = nodes.indices.map { number in
      nodes.indices.filter { last[$0] == number && !self.outputs.contains($0) }
    }
    for number in nodes.indices {
      chains[number] = FusedConvolution(startingAt: number, in: nodes, outputs: self.outputs)
    }
  }

  /// Runs every layer once, in order, chains as one operation, and returns the outputs.
  func run(_ batch: [Tensor], training: Bool) -> [Tensor] {
    var results = [Tensor?](repeating: nil, count: nodes.count)
    var done: Set<Int> = []
    for (number, node) in nodes.enumerated() {
      let given = node.inputs.compactMap { results[$0] }
      if number < inputs.count {
        results[number] = batch[number]
      } else if let chain = chains[number], let result = chain(given[0], training: training) {
        results[chain.rest.last ?? number] = result
        done.formUnion(chain.rest)
      } else if !done.contains(number) {
        results[number] = node.layer(given, training: training)
      }
      for unneeded in released[number] { results[unneeded] = nil }
    }
    return outputs.compactMap { results[$0] }
  }

  /// The inputs, then every call that leads to the outputs, each after what it needs.
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

/// One call of a layer in a model.
///
/// A layer that is called twice has two nodes.
public struct ModelNode {
  /// The layer called.
  public let layer: Layer
  /// The numbers, in the model's `nodes`, of those it is called with: smaller than its own.
  public let inputs: [Int]
  /// The shape of what it returns for one example.
  public let outputShape: [Int]
  /// What stands for its output, to make further models of.
  public let output: SymbolicTensor
}
