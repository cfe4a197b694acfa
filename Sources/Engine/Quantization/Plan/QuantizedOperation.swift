import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

/// One operation of integer inference, which a runtime computes in one step, from codes to codes.
///
/// A convolution with its folded normalization and the ReLU behind it is one operation. Layers that only move
/// codes, such as reshapes, are operations without quantizers.
public struct QuantizedOperation {
  /// The name of the layer that computes, without the quantizers around it: `conv2d`.
  public let name: String
  /// The layer that computes.
  public let layer: Layer
  /// The names of the quantized model's layers that the operation covers, in order.
  public let layers: [String]
  /// The indices of the operations whose outputs it reads; inputs of the model are operations too.
  public let inputs: [Int]
  /// The kernel as inference uses it, with the normalization folded in, before quantization; nil without a kernel.
  public var kernel: Tensor? { effectiveKernel?.kernel }
  /// The quantized kernel that inference uses; nil without a kernel.
  public let quantizedKernel: Tensor?
  /// The quantizer of the kernel.
  public var kernelQuantizer: Quantizer? { effectiveKernel?.quantizer }
  /// The factor of each output channel that the quantized kernel is multiplied by; nil for none.
  ///
  /// Only a normalization that was trained unfolded is folded in after quantization.
  public var kernelFactor: [Float]? { effectiveKernel?.factor?.values }
  /// The bias as inference uses it; nil without a bias.
  public var bias: Tensor? { effectiveKernel?.bias }
  /// The lowest and highest output of the activation; nil without an activation.
  public let activationRange: (low: Float, high: Float)?
  /// The quantizer of the output; nil if the output is in float.
  public let output: Quantizer?
  /// The shape of one example of the output.
  public let outputShape: [Int]
  /// The kernel with its quantizer and bias; nil without a kernel.
  let effectiveKernel: EffectiveKernel?

  init(
    name: String, layer: Layer, layers: [String], inputs: [Int], effectiveKernel: EffectiveKernel?,
    activationRange: (low: Float, high: Float)?, output: Quantizer?, outputShape: [Int]
  ) {
    (self.name, self.layer, self.layers, self.inputs) = (name, layer, layers, inputs)
    (self.effectiveKernel, quantizedKernel) = (effectiveKernel, effectiveKernel?.quantizedKernel)
    (self.activationRange, self.output, self.outputShape) = (activationRange, output, outputShape)
  }
}

/// The kernel that a layer multiplies by in inference, with its quantizer and its bias.
struct EffectiveKernel {
  /// The layer, without quantizers and normalization around it.
  let layer: Layer
  /// The name of the kernel among the layer's weights.
  let kernelName: String
  /// The quantizer of the kernel.
  let quantizer: Quantizer?
  /// The tensor that the quantizer quantizes.
  let quantizedSource: Tensor
  /// The kernel as inference uses it, with the normalization folded in, before quantization.
  let kernel: Tensor
  /// The factor of each output channel that the quantized kernel is multiplied by; nil for none.
  let factor: Tensor?
  /// The bias as inference uses it; nil without a bias.
  let bias: Tensor?

  /// Finds the kernel of a layer, which may be a ``FoldedBatchNorm``; nil if it has none.
  init?(_ inner: Layer, _ quantizers: [(name: String, quantizer: Quantizer)] = []) {
    let folded = inner as? FoldedBatchNorm
    let layer = folded?.layer ?? inner
    let kernelName = Layer.kernelName(of: layer)
    let weights = layer.namedWeights
    guard let own = weights.first(where: { $0.path == kernelName })?.variable.value.detached() else {
      return nil
    }
    (self.layer, self.kernelName) = (layer, kernelName)
    quantizer = folded.map(\.quantizer) ?? quantizers.first { $0.name == kernelName }?.quantizer
    quantizedSource = folded?.quantizedKernelSource ?? own
    kernel = folded?.foldedKernel.detached() ?? own
    factor = folded.flatMap { $0.folding == .unfolded ? $0.foldingFactor.detached() : nil }
    bias =
      folded?.foldedBias.detached() ?? weights.first { $0.path == "bias" }?.variable.value.detached()
  }

  /// The quantized kernel that inference uses; nil if it is in float or has no range yet.
  var quantizedKernel: Tensor? {
    guard let quantizer, quantizer.range != nil else { return nil }
    let quantized = quantizer.fakeQuantized(quantizedSource)
    return (factor.map { quantized * $0 } ?? quantized).detached()
  }
}

extension QuantizedModel {
  /// The operations of integer inference, each after the operations whose outputs it reads.
  ///
  /// Reading this property stores the ranges of the current weights, as inference does, and quantizes every kernel.
  public var operations: [QuantizedOperation] {
    refreshRanges()
    var operations: [QuantizedOperation] = []
    var indices = [Int](repeating: 0, count: nodes.count)
    var uses = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { uses[input] += 1 } }
    for output in outputIndices { uses[output] += 1 }
    for (index, node) in nodes.enumerated() {
      let inputs = node.inputs.map { indices[$0] }
      if let range = Self.activationRange(of: node.layer), node.inputs.count == 1, uses[node.inputs[0]] == 1,
        let before = operations.last, inputs[0] == operations.count - 1, before.awaitsActivation
      {
        operations[operations.count - 1] = before.fused(node, range, Self.outputQuantizer(of: node.layer))
      } else {
        let grid = inputs.first.flatMap { operations[$0].output }
        operations.append(Self.operation(node, inputs, grid: grid))
      }
      indices[index] = operations.count - 1
    }
    return operations
  }

  private static func operation(
    _ node: ModelNode, _ inputs: [Int], grid: Quantizer?
  ) -> QuantizedOperation {
    let wrapper = node.layer as? QuantizeWrapper
    let inner = wrapper?.layer ?? node.layer
    let effective = wrapper.map(\.effectiveKernel) ?? EffectiveKernel(inner)
    let layer = effective?.layer ?? inner
    let keepsGrid = wrapper == nil && inner.preservesQuantization
    return QuantizedOperation(
      name: layer.name, layer: layer, layers: [node.layer.name], inputs: inputs, effectiveKernel: effective,
      activationRange: activationRange(of: node.layer),
      output: outputQuantizer(of: node.layer) ?? (keepsGrid ? grid : nil), outputShape: node.outputShape)
  }

  private static func outputQuantizer(of layer: Layer) -> Quantizer? {
    (layer as? QuantizeLayer)?.quantizer ?? (layer as? QuantizeWrapper)?.outputQuantizer
  }

  /// The lowest and highest output of a ReLU; nil for other layers.
  private static func activationRange(of layer: Layer) -> (low: Float, high: Float)? {
    switch (layer as? QuantizeWrapper)?.layer ?? layer {
    case let layer as ReLU: (0, layer.maxValue ?? .infinity)
    case let layer as Activation where layer.function == .relu: (0, .infinity)
    case let layer as Activation where layer.function == .relu6: (0, 6)
    default: nil
    }
  }
}

extension QuantizedOperation {
  /// Whether the output is not quantized yet, so that a ReLU behind the operation is part of it.
  fileprivate var awaitsActivation: Bool {
    output == nil && activationRange == nil && (kernel != nil || layer is Add)
  }

  /// The operation fused with the ReLU behind it.
  fileprivate func fused(
    _ node: ModelNode, _ activationRange: (low: Float, high: Float), _ output: Quantizer?
  ) -> QuantizedOperation {
    QuantizedOperation(
      name: name, layer: layer, layers: layers + [node.layer.name], inputs: inputs,
      effectiveKernel: effectiveKernel, activationRange: activationRange, output: output,
      outputShape: node.outputShape)
  }
}
