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

  /// The part of the plan that the operation is a snapshot of.
  package let planned: InferencePlan.Operation

  init(_ planned: InferencePlan.Operation, in model: Model) {
    self.planned = planned
    (name, layer, inputs) = (planned.name, planned.layer, planned.inputs)
    layers = planned.nodes.map { model.nodes[$0].layer.name }
    effectiveKernel = planned.effectiveKernel
    quantizedKernel = effectiveKernel?.quantizedKernel
    (activationRange, output) = (planned.activationRange, planned.grid)
    outputShape = planned.nodes.last.map { model.nodes[$0].outputShape } ?? []
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
  init?(_ inner: Layer, _ quantizers: [(name: String, quantizer: Quantizer)]) {
    let parts = QuantizedParts(inner)
    let (folded, layer) = (parts.folded, parts.core)
    let kernelName = layer.linearSemantics?.kernelName ?? "kernel"
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
    guard let quantizer, quantizer.hasRange else { return nil }
    let quantized = quantizer.weightInInference(quantizedSource)
    return (factor.map { quantized * $0 } ?? quantized).detached()
  }
}

extension QuantizedModel {
  /// The operations of integer inference with the numbers that they have now, each after the operations whose
  /// outputs it reads.
  ///
  /// Reading this property changes nothing, and quantizes every kernel.
  public var operations: [QuantizedOperation] {
    plan.operations.map { QuantizedOperation($0, in: self) }
  }
}
