import Tensors

/// Several layers that a model computes as one operation.
protocol FusedOperation {
  /// The indices of the nodes after the first one's, in order.
  var laterNodes: [Int] { get }

  /// Computes the same as the layers one after the other.
  ///
  /// - Returns: The outputs, or nil if the layers must be called; then nothing has changed.
  func callAsFunction(_ inputs: [Tensor], training: Bool) -> Tensor?
}

/// A sum of two tensors and the ReLU right after it, as behind the two branches of a residual block.
///
/// The outputs of ReLU may be fake-quantized, in a pass of their own.
struct FusedAddition: FusedOperation {
  let laterNodes: [Int]
  private let activation: ElementFunction
  private let quantization: (any OutputQuantizing)?

  /// The operation that starts at a node, or nil if it adds something else or no ReLU follows.
  init?(startingAt start: Int, in nodes: [ModelNode], outputs: [Int]) {
    guard case .addition = nodes[start].layer.semantics, nodes[start].layer.computesAsStated,
      nodes[start].inputs.count == 2,
      let next = nodes.onlyReader(of: start, outputs: outputs)
    else { return nil }
    let layer = nodes[next].layer
    quantization = layer as? any OutputQuantizing
    let rectifier = quantization?.layer ?? layer
    guard rectifier.computesAsStated, let function = rectifier.elementFunction,
      FusedConvolution.isRectifier(function)
    else { return nil }
    (laterNodes, activation) = ([next], function)
  }

  func callAsFunction(_ inputs: [Tensor], training: Bool) -> Tensor? {
    guard inputs[0].shape == inputs[1].shape else { return nil }
    let sum = inputs[0].addReLU(inputs[1], maxValue: activation == .relu(maximum: 6) ? 6 : nil)
    return quantization?.quantizeOutputs(sum, maximaOf: 1, training: training) ?? sum
  }
}
