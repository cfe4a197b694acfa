import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// A layer with a normalization behind it, and a folded layer with the same weights.
struct FoldingCase {
  enum Kind: CaseIterable, Sendable { case conv, convWithoutBias, depthwise, dense }

  let layer: Layer
  let normalization: BatchNormalization
  let folded: FoldedBatchNorm
  let batch: Tensor

  /// Makes the layers and draws their weights, gammas of either sign among them.
  init(
    _ kind: Kind, _ folding: BatchNormFolding, quantizer: Quantizer? = nil, freezesAfter: Int? = nil,
    momentum: Float = 0.9
  ) {
    layer =
      switch kind {
      case .conv: Conv2D(filters: 4, kernelSize: 3, name: "w")
      case .convWithoutBias: Conv2D(filters: 4, kernelSize: 3, useBias: false, name: "w")
      case .depthwise: DepthwiseConv2D(kernelSize: 3, depthMultiplier: 2, name: "w")
      case .dense: Dense(units: 4, name: "w")
      }
    normalization = BatchNormalization(momentum: momentum, name: "bn")
    folded = FoldedBatchNorm(
      layer, normalization, quantizer: quantizer, folding: folding, freezesAfter: freezesAfter)
    let shape = kind == .dense ? [6] : [5, 5, 3]
    batch = Models.batch(shape, count: 8)
    quantizer?.phase = .off
    folded.buildOnce(inputShape: shape)
    Models.draw(layer, seed: 3)
    Models.draw(normalization, seed: 4)
    quantizer?.phase = .learning
  }

  /// The format of the kernel's quantizer.
  static func format(_ kind: Kind) -> QuantizerFormat {
    switch kind {
    case .depthwise: .depthwiseWeights
    case .dense: .weights
    default: .weightsPerChannel
    }
  }

  var kernel: Variable { layer.weight(layer is DepthwiseConv2D ? "depthwise_kernel" : "kernel") }
  var bias: Tensor {
    let hasBias = layer.namedWeights.contains { $0.path == "bias" }
    return hasBias ? layer.weight("bias").value : .zeros([channels])
  }
  var channels: Int { normalization.gamma.shape[0] }

  func value(_ name: String) -> Tensor { normalization.weight(name).value }

  /// √(variance + epsilon).
  func deviation(_ variance: Tensor) -> Tensor { (variance + normalization.epsilon).sqrt() }

  /// The layer's output with this kernel, without its bias.
  func linear(_ kernel: Tensor) -> Tensor {
    switch layer {
    case is DepthwiseConv2D: batch.depthwiseConv2D(kernel)
    case is Dense: batch.matmul(kernel)
    default: batch.conv2D(kernel)
    }
  }

  /// Shapes one number for each channel to multiply the kernel.
  func spread(_ factor: Tensor) -> Tensor {
    layer is DepthwiseConv2D ? factor.reshaped([3, 2]) : factor
  }

  /// Mean and biased variance of each channel.
  func statistics(_ x: Tensor) -> (mean: Tensor, variance: Tensor) {
    let axes = Array(0..<(x.rank - 1))
    let mean = x.mean(axes: axes)
    return (mean, (x - mean).squared().mean(axes: axes))
  }

  /// Calibrates the quantizer, if there is one, on the kernel of inference.
  func calibrate() {
    folded.quantizer?.phase = .calibrating
    _ = folded(batch)
    folded.quantizer?.phase = .learning
  }
}
