import Tensors

/// A convolution and the layers right after it that a model computes as one operation: batch normalization,
/// ReLU, max pooling.
///
/// It changes how a model runs, not what it is: its nodes stay those the user made. A chain is found only
/// where each of its layers is called once, of exactly these types, and nobody else reads what lies between.
struct ConvolutionChain {
  private let convolution: Conv2D
  private var normalization: BatchNormalization?
  private var activation: ActivationFunction
  private var pooling: MaxPooling2D?
  /// The numbers of the nodes after the convolution's, in their order.
  private(set) var rest: [Int] = []

  /// The chain that starts at a node, or nil if there is nothing to join.
  init?(startingAt start: Int, in nodes: [ModelNode], outputs: [Int]) {
    guard let convolution = nodes[start].layer as? Conv2D, Self.calls(of: convolution, nodes) == 1 else {
      return nil
    }
    self.convolution = convolution
    activation = convolution.activation
    var last = start
    while let next = Self.onlyReader(of: last, nodes, outputs), join(nodes[next].layer, after: nodes[last]) {
      rest.append(next)
      last = next
    }
    guard activation == .relu || activation == .relu6 else { return nil }
  }

  /// Takes `layer` into the chain if it may follow what the chain has so far.
  private mutating func join(_ layer: Layer, after node: ModelNode) -> Bool {
    switch layer {
    case let layer as BatchNormalization where normalization == nil && activation == .linear:
      normalization = layer
    case let layer as ReLU where activation == .linear && layer.maxValue == nil:
      activation = .relu
    case let layer as ReLU where activation == .linear && layer.maxValue == 6:
      activation = .relu6
    case let layer as Activation
    where activation == .linear && (layer.function == .relu || layer.function == .relu6):
      activation = layer.function
    case let layer as MaxPooling2D where pooling == nil && activation != .linear:
      let (size, strides, image) = (layer.poolSize, layer.strides, node.outputShape)
      let fits = image[0] % size.0 == 0 && image[1] % size.1 == 0
      guard size == strides, layer.padding == .valid || fits, size.0 * size.1 <= 254 else { return false }
      pooling = layer
    default:
      return false
    }
    return true
  }

  private static func calls(of layer: Layer, _ nodes: [ModelNode]) -> Int {
    nodes.count { $0.layer === layer }
  }

  /// The one node that reads this one's result, if there is one, it reads nothing else, and its layer is not
  /// called elsewhere.
  private static func onlyReader(of number: Int, _ nodes: [ModelNode], _ outputs: [Int]) -> Int? {
    let readers = nodes.indices.filter { nodes[$0].inputs.contains(number) }
    guard readers.count == 1, !outputs.contains(number), nodes[readers[0]].inputs.count == 1,
      calls(of: nodes[readers[0]].layer, nodes) == 1
    else { return nil }
    return readers[0]
  }

  /// Whether the chain can run as one operation now: in inference normalization uses other statistics.
  func isUsable(training: Bool) -> Bool { normalization.map { training && $0.trainable } ?? true }

  /// Computes what the layers compute one after the other.
  func callAsFunction(_ inputs: Tensor) -> Tensor {
    let (kernel, bias) = (convolution.weight("kernel").value, convolution.bias)
    let poolSize = pooling?.poolSize ?? (1, 1)
    let maxValue: Float? = activation == .relu6 ? 6 : nil
    guard let normalization else {
      return inputs.conv2DReLUMaxPool(
        kernel, bias: bias, strides: convolution.strides, padding: convolution.padding, maxValue: maxValue,
        poolSize: poolSize)
    }
    let (gamma, beta) = normalization.scaleAndShift
    let batch = inputs.conv2DBatchNormReLUMaxPool(
      kernel, bias: bias, strides: convolution.strides, padding: convolution.padding, gamma: gamma,
      beta: beta, epsilon: normalization.epsilon, maxValue: maxValue, poolSize: poolSize)
    let pixels = normalization.inputShapes.map { $0[0][0] * $0[0][1] } ?? 1
    normalization.moveStatistics(
      towards: batch.mean, batch.variance, examples: inputs.shape[0] * pixels, areImages: true)
    return batch.result
  }
}
