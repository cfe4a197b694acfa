import FixedPoint
import Layers
import Quantizers
import Tensors

/// A layer that multiplies by a kernel, and what it multiplies by in inference.
struct EffectiveKernel {
  /// The layer, without quantizers and normalization around it.
  let layer: Layer
  /// The name of its kernel.
  let kernelName: String
  /// The quantizer of the kernel.
  let quantizer: Quantizer?
  /// What that quantizer rounds.
  let quantizedSource: Tensor
  /// The kernel as inference uses it, its normalization folded in, before it is quantized.
  let kernel: Tensor
  /// What the kernel is multiplied by after it was quantized, for each output channel; nil for nothing.
  let factor: Tensor?
  /// The bias as inference uses it; nil without one.
  let bias: Tensor?

  /// The parts of a layer as it stands in a wrapper, or outside; nil if it has no kernel.
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

  /// The kernel as inference uses it and quantized; nil if it is in float, or has no range yet.
  var image: Tensor? {
    guard let quantizer, quantizer.range != nil else { return nil }
    let image = quantizer.fakeQuantized(quantizedSource)
    return (factor.map { image * $0 } ?? image).detached()
  }
}
