import Layers
import Quantizers
import Tensors

/// What is one operation of integer inference, and on which grids it works.
///
/// The plan is made once, when a quantized model is made, and the model keeps it. Simulation, explanations, reports,
/// integer parameters, conversion and charts read it. It refers to layers and quantizers and holds none of their
/// numbers, so training does not outdate it.
package struct InferencePlan {
  /// One operation, which a runtime computes in one step, from codes to codes.
  package struct Operation {
    /// The name of the layer that computes, without the quantizers around it: `conv2d`; of its second call, `conv2d_1`.
    package let name: String
    /// The layer that computes.
    package let layer: Layer
    /// What the layer computes.
    package let semantics: Semantics
    /// The indices of the operations whose outputs it reads; inputs of the model are operations too.
    package let inputs: [Int]
    /// The quantizers around the layer that computes; nil if the layer is in float.
    let wrapper: QuantizeWrapper?
    /// The indices, in the model's `nodes`, of the layers that it covers, in order.
    package fileprivate(set) var nodes: [Int]
    /// The lowest and highest output of the activation; nil without an activation.
    package fileprivate(set) var activationRange: (low: Float, high: Float)?
    /// The quantizer of the output; nil if the output stays as it is computed.
    package fileprivate(set) var output: Quantizer?
    /// The quantizer whose grid the output codes are on: of the output or, for a layer that only moves values, of
    /// its input.
    package fileprivate(set) var grid: Quantizer?
    /// The quantizer that all consumers apply to an output without a grid, and so the grid of its codes.
    package fileprivate(set) var consumersGrid: Quantizer?

    /// The quantizer whose grid the codes of the integer operation are on; nil if the output is in float.
    package var codes: Quantizer? { grid ?? consumersGrid }
    /// The kernel that the layer multiplies by, as it is now; nil without a kernel.
    var effectiveKernel: EffectiveKernel? {
      wrapper.map(\.effectiveKernel) ?? EffectiveKernel(layer, [])
    }
  }

  /// What an operation computes.
  package enum Semantics {
    /// What the layer itself states.
    case layer(LayerSemantics)
    /// A fake quantization on an edge of the graph.
    case quantization(isShared: Bool)
  }

  /// The operations, each after the operations whose outputs it reads.
  package private(set) var operations: [Operation] = []
  /// For each node of the model, the index of the operation that gives its output.
  package private(set) var operationOfNode: [Int] = []

  /// Makes the plan of a model's graph.
  ///
  /// A ReLU is part of the operation before it if that computes sums that are not quantized yet and has no other
  /// reader.
  package init(_ nodes: [ModelNode], outputs: [Int]) {
    var uses = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { uses[input] += 1 } }
    for output in outputs { uses[output] += 1 }
    var names = UniqueNames()
    var named: Set<ObjectIdentifier> = []
    for node in nodes {
      let layer = QuantizedParts(node.layer).core
      if named.insert(ObjectIdentifier(layer)).inserted { _ = names.unique(layer.name) }
    }
    for (index, node) in nodes.enumerated() {
      let layer = QuantizedParts(node.layer).core
      let name = named.remove(ObjectIdentifier(layer)) == nil ? names.unique(layer.name) : layer.name
      let operation = Self.operation(
        node, at: index, named: name, inputs: node.inputs.map { operationOfNode[$0] })
      if operation.activationRange != nil, node.inputs.count == 1, uses[node.inputs[0]] == 1,
        operation.inputs == [operations.count - 1], operations[operations.count - 1].awaitsActivation
      {
        operations[operations.count - 1].fuse(operation)
      } else {
        operations.append(operation)
      }
      operationOfNode.append(operations.count - 1)
    }
    findGrids()
  }

  private static func operation(
    _ node: ModelNode, at index: Int, named name: String, inputs: [Int]
  ) -> Operation {
    let parts = QuantizedParts(node.layer)
    let layer = parts.core
    return Operation(
      name: name, layer: layer,
      semantics: parts.quantization.map { .quantization(isShared: $0.isShared) } ?? .layer(layer.semantics),
      inputs: inputs, wrapper: parts.wrapper, nodes: [index],
      activationRange: layer.elementFunction?.reluRange,
      output: parts.output)
  }

  private mutating func findGrids() {
    for index in operations.indices {
      let operation = operations[index]
      let keepsGrid = operation.wrapper == nil && operation.movesValues
      operations[index].grid =
        operation.output ?? (keepsGrid ? operation.inputs.first.flatMap { operations[$0].grid } : nil)
    }
    // From the last operation to the first: the grid of a consumer is known before that of its producer.
    for index in operations.indices.reversed() where operations[index].grid == nil {
      let consumers = operations.filter { $0.inputs.contains(index) }
      let found = consumers.map { $0.takesGridOfOutput ? $0.codes : nil }
      if let first = found.first, found.allSatisfy({ $0 === first }) {
        operations[index].consumersGrid = first
      }
    }
  }

  /// The index of the first operation that reads another one's output; nil if none does.
  package func consumer(of index: Int) -> Int? { operations.firstIndex { $0.inputs.contains(index) } }
}

extension InferencePlan.Operation {
  /// Whether the operation adds, subtracts or multiplies and its output is not quantized yet, so that a ReLU belongs to it.
  fileprivate var awaitsActivation: Bool {
    guard output == nil, activationRange == nil else { return false }
    switch semantics {
    case .layer(.linear), .layer(.addition), .layer(.subtraction), .layer(.multiplication): return true
    default: return false
    }
  }

  /// Takes in the ReLU behind the operation, with the quantizer of its output.
  fileprivate mutating func fuse(_ activation: InferencePlan.Operation) {
    nodes += activation.nodes
    (activationRange, output) = (activation.activationRange, activation.output)
  }

  /// Whether the operation only moves values, so that codes of one grid stay codes of that grid.
  package var movesValues: Bool {
    if case .layer = semantics { layer.preservesQuantization } else { false }
  }

  /// Whether the operation's inputs are quantized to the grid of its output, behind it.
  fileprivate var takesGridOfOutput: Bool {
    switch semantics {
    case .quantization, .layer(.concatenation): true
    case .layer: movesValues
    }
  }
}
