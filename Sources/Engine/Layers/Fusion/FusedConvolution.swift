import Tensors

/// A convolution and the layers right after it that a model computes as one operation: batch normalization,
/// ReLU, max pooling.
///
/// It changes how a model runs, not what it is: its nodes stay those the user made. A chain is found only
/// where each of its layers is called once, of exactly these types, and nobody else reads what lies between.
///
/// ReLU's outputs may be rounded. Rounding never turns two values round, so the maximum of a window's rounded
/// values is its maximum, rounded: rounding waits until pooling has made the tensor smaller. The same numbers
/// come out. Gradients are the same but for ties: where several pixels of a window are rounded to the maximum's
/// value, one by one the first of them gets the gradient, joined the largest before rounding, which alone made
/// the maximum what it is. So does whether a gradient passes: not if that pixel is beyond the range, or is not
/// above 0.
struct FusedConvolution {
  private let source: any ConvolutionProducing
  private let convolution: Conv2D
  private var normalization: BatchNormalization?
  private var activation: ActivationFunction
  private var rounding: (any OutputQuantizing)?
  private var pooling: MaxPooling2D?
  /// The numbers of the nodes after the convolution's, in their order.
  private(set) var rest: [Int] = []

  /// The chain that starts at a node, or nil if there is nothing to join.
  init?(startingAt start: Int, in nodes: [ModelNode], outputs: [Int]) {
    guard let source = nodes[start].layer as? any ConvolutionProducing, let convolution = source.convolution,
      Self.calls(of: source, nodes) == 1
    else { return nil }
    (self.source, self.convolution) = (source, convolution)
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
    case let layer as BatchNormalization
    where source === convolution && normalization == nil && activation == .linear:
      normalization = layer
    case let layer as any OutputQuantizing where activation == .linear:
      guard let function = Self.rectifier(layer.layer) else { return false }
      (activation, rounding) = (function, layer)
    case let layer as MaxPooling2D where pooling == nil && activation != .linear:
      let (size, strides, image) = (layer.poolSize, layer.strides, node.outputShape)
      let fits = image[0] % size.0 == 0 && image[1] % size.1 == 0
      guard size == strides, layer.padding == .valid || fits, size.0 * size.1 <= 254 else { return false }
      // A pixel in no window would be missing from the values that a range is found for.
      guard rounding.map({ fits && $0.isMonotonic }) ?? true else { return false }
      pooling = layer
    default:
      guard activation == .linear, let function = Self.rectifier(layer) else { return false }
      activation = function
    }
    return true
  }

  /// The function of a layer that is ReLU or ReLU6 and nothing else.
  private static func rectifier(_ layer: Layer) -> ActivationFunction? {
    switch layer {
    case let layer as ReLU where layer.maxValue == nil: .relu
    case let layer as ReLU where layer.maxValue == 6: .relu6
    case let layer as Activation where layer.function == .relu || layer.function == .relu6: layer.function
    default: nil
    }
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

  /// Computes what the layers compute one after the other; nil, and nothing has changed, if they must be called
  /// for it: in inference normalization uses other statistics.
  func callAsFunction(_ inputs: Tensor, training: Bool) -> Tensor? {
    guard normalization.map({ training && $0.trainable }) ?? true,
      let terms = source.terms(for: inputs, training: training)
    else { return nil }
    // A learned step, say, wants to see the tensor.
    let now = rounding.flatMap { $0.isMonotonic ? $0 : nil }
    let pooled = pooled(inputs, terms) { now?.rounding(upTo: $0, training: training) }
    return now == nil ? rounding?.rounded(pooled, training: training) ?? pooled : pooled
  }

  /// Everything up to the pooling, whose result is rounded as it is computed.
  private func pooled(
    _ inputs: Tensor, _ terms: ConvolutionOperands, _ rounding: @escaping PooledQuantization
  ) -> Tensor {
    let (strides, padding) = (convolution.strides, convolution.padding)
    let maxValue: Float? = activation == .relu6 ? 6 : nil
    let poolSize = pooling?.poolSize ?? (1, 1)
    guard let normalization = normalization ?? terms.normalization else {
      return inputs.conv2DReLUMaxPool(
        terms.kernel, bias: terms.bias, strides: strides, padding: padding, maxValue: maxValue,
        poolSize: poolSize, rounding: rounding)
    }
    let (gamma, beta) = normalization.scaleAndShift
    let batch = inputs.conv2DBatchNormReLUMaxPool(
      terms.kernel, bias: terms.bias, strides: strides, padding: padding, gamma: gamma, beta: beta,
      epsilon: normalization.epsilon, maxValue: maxValue, poolSize: poolSize, rounding: rounding)
    let pixels = normalization.inputShapes.map { $0[0][0] * $0[0][1] } ?? 1
    normalization.moveStatistics(
      towards: batch.mean, batch.variance, examples: inputs.shape[0] * pixels, areImages: true)
    return batch.result
  }
}

/// A layer that comes down to one convolution, and so can begin a chain that a model computes as one operation.
///
/// `Conv2D` does, and so do layers around it that put another kernel in the place of its own.
package protocol ConvolutionProducing: Layer {
  /// The convolution, for its strides, padding and activation; nil if there is none, or if something is done to
  /// its outputs that ``ConvolutionOperands`` cannot say.
  var convolution: Conv2D? { get }

  /// What this call convolves with, or nil if it does something else, as the layer is now.
  ///
  /// Whatever the call changes, such as a range, this changes too: it is called once, in the call's place. With
  /// nil nothing has changed, and the layer is called.
  func terms(for inputs: Tensor, training: Bool) -> ConvolutionOperands?
}

/// What a call of a layer convolves with.
package struct ConvolutionOperands {
  /// The kernel.
  package let kernel: Tensor
  /// The bias, if one is added.
  package let bias: Tensor?
  /// The normalization by the batch's own statistics that follows, if one does.
  package let normalization: BatchNormalization?

  /// Puts them together.
  package init(kernel: Tensor, bias: Tensor?, normalization: BatchNormalization? = nil) {
    (self.kernel, self.bias, self.normalization) = (kernel, bias, normalization)
  }
}

extension Conv2D: ConvolutionProducing {
  package var convolution: Conv2D? { self }

  package func terms(for inputs: Tensor, training: Bool) -> ConvolutionOperands? {
    ConvolutionOperands(kernel: weight("kernel").value, bias: bias)
  }
}

/// A layer around another one that rounds what comes out of it, as fake quantization does.
package protocol OutputQuantizing: Layer {
  /// The layer inside.
  var layer: Layer { get }

  /// Whether rounding the maxima of side by side windows gives what the maxima of rounded values are, in every
  /// state and for all values of 0 and more; and whether it learns the same from either.
  var isMonotonic: Bool { get }

  /// What comes out for these outputs of the layer inside; once a call, in the place of rounding in the call.
  func rounded(_ outputs: Tensor, training: Bool) -> Tensor

  /// The same for a layer that commutes with the maximum: how outputs of 0 and more are rounded of which this is
  /// the greatest; nil if they stay as they are.
  func rounding(upTo greatest: Float, training: Bool) -> (any InPlaceQuantizer)?
}
