import Layers
import Quantizers
import Support

/// A backend as training simulates it: what is quantized how, and which numbers must share a scale.
///
/// A scheme is a value; change a copy to experiment:
///
///     var scheme = QuantizeScheme.tflite8Bit
///     scheme.batchNormFolding = .twoConvolutions
public struct QuantizeScheme {
  /// The name, for reports.
  public var name: String
  /// The quantizer of a layer's kernel.
  public var weights: (_ layer: Layer) -> Quantizer
  /// The quantizer of what hidden layers give.
  public var activations: () -> Quantizer
  /// The quantizer of the model's inputs.
  public var inputs: () -> Quantizer
  /// The quantizer of the model's outputs: of logits, if a softmax follows.
  public var outputs: () -> Quantizer
  /// Whether an average pooling gives numbers of its input's scale.
  public var sharesPoolScales: Bool
  /// Whether the inputs of a concatenation have one scale, that of the result.
  public var sharesConcatenationScales: Bool
  /// Whether softmax and sigmoid give multiples of 1/256, and tanh of 1/128.
  public var fixesActivationScales: Bool
  /// How batch normalizations are folded.
  public var batchNormFolding: BatchNormFolding = .singleConvolution
  /// After how many steps of training batch normalizations go over to their moving statistics; nil for never.
  public var freezesBatchNormAfter: Int?
  /// Whether a max pooling behind a rounded ReLU comes before the rounding, which is then of fewer numbers.
  ///
  /// The same numbers come out, and sooner. Gradients differ where several pixels of a window are rounded to one
  /// code, the window's largest: with rounding first, the first of them gets the gradient, with pooling first
  /// the one that was the largest.
  public var poolsBeforeRounding = true
  /// How inference rounds what convolutions and dense layers give: as which integers do; nil rounds real numbers,
  /// as training does.
  ///
  /// Codes have no gradients: with a rule, what a model gives in inference has none for the layers that it rounds.
  /// Call it with `training: true` for gradients.
  public var requantization: RequantizationRule? = .fixedPoint

  /// TensorFlow Lite, 8 bits: TFMOT's default, and what its runtime shares and fixes.
  ///
  /// Kernels symmetric and narrow: of convolutions, depthwise ones too, a scale for each output channel, of
  /// dense layers one. Activations affine, a moving average.
  ///
  /// Source: TensorFlow Lite 8-bit quantization specification.
  public static var tflite8Bit: QuantizeScheme {
    nBit(weights: 8, activations: 8, named: "TFLite, 8 bits")
  }

  /// ONNX Runtime, 8 bits: the same grids, but each pooling, concatenation and softmax has a scale of its own.
  public static var onnxRuntime8Bit: QuantizeScheme {
    var scheme = nBit(weights: 8, activations: 8, named: "ONNX Runtime, 8 bits")
    scheme.requantization = .float
    scheme.sharesPoolScales = false
    scheme.sharesConcatenationScales = false
    scheme.fixesActivationScales = false
    return scheme
  }

  /// Every weight with one number of bits and every hidden activation with another; inputs and outputs 8.
  ///
  /// 1 to 16 bits. With 1 bit weights are not narrow: their codes are −1 and 0. With `learnedSteps` the steps
  /// between codes are learned as weights of the model are, which few bits need (LSQ for weights, LSQ+ for
  /// activations); weights are then not narrow with any number of bits.
  ///
  /// Source: Esser et al., 2020 (arXiv:1902.08153); Bhalgat et al., 2020 (arXiv:2004.09576).
  public static func nBit(weights: Int, activations: Int, learnedSteps: Bool = false) -> QuantizeScheme {
    var scheme = nBit(weights: weights, activations: activations, named: "W\(weights)A\(activations)")
    guard learnedSteps else { return scheme }
    scheme.name += ", learned steps"
    scheme.weights = { layer in
      let format = kernelFormat(of: layer, bitWidth: weights)
      return LearnedStepQuantizer(QuantizerFormat(bitWidth: weights, symmetric: true, axes: format.axes))
    }
    scheme.activations = { LearnedStepQuantizer(QuantizerFormat(bitWidth: activations)) }
    return scheme
  }

  /// 8 bits whose scales are powers of two, so that a runtime rescales by shifting alone; all symmetric, but
  /// for what softmax and sigmoid give: multiples of 1/256 from 0.
  public static var powerOfTwo: QuantizeScheme {
    var scheme = nBit(weights: 8, activations: 8, named: "powers of two, 8 bits")
    scheme.weights = { layer in
      PowerOfTwoQuantizer(kernelFormat(of: layer, bitWidth: 8), decay: 0)
    }
    let activations = { PowerOfTwoQuantizer(QuantizerFormat(symmetric: true)) }
    (scheme.activations, scheme.inputs, scheme.outputs) = (activations, activations, activations)
    return scheme
  }

  /// TensorFlow Lite as TFMOT simulates it, for comparison: ranges start at −6…6 and wear off, the input's at
  /// 0…0, batch normalizations stay unfolded, fixed scales are not simulated, and gradients of ties go where they
  /// go there.
  public static var tfmot8Bit: QuantizeScheme {
    var scheme = nBit(weights: 8, activations: 8, named: "TFMOT, 8 bits")
    scheme.weights = { layer in
      LastValueQuantizer(kernelFormat(of: layer, bitWidth: 8), startingAt: ValueRange(-6, 6))
    }
    scheme.activations = { MovingAverageQuantizer(start: .tfmot) }
    scheme.inputs = { AllValuesQuantizer(startingAt: ValueRange(0, 0)) }
    scheme.outputs = scheme.activations
    (scheme.sharesPoolScales, scheme.fixesActivationScales) = (false, false)
    (scheme.batchNormFolding, scheme.poolsBeforeRounding) = (.unfolded, false)
    scheme.requantization = nil
    return scheme
  }

  private static func nBit(weights: Int, activations: Int, named name: String) -> QuantizeScheme {
    let hidden = QuantizerFormat(bitWidth: activations)
    _ = QuantizerFormat(bitWidth: weights)  // stops at a number of bits that there is not
    return QuantizeScheme(
      name: name,
      weights: { layer in
        LastValueQuantizer(kernelFormat(of: layer, bitWidth: weights))
      },
      activations: { MovingAverageQuantizer(hidden) },
      inputs: { AllValuesQuantizer(.activations) },
      outputs: { MovingAverageQuantizer(.activations) },
      sharesPoolScales: true, sharesConcatenationScales: true, fixesActivationScales: true)
  }

  /// The grid of a layer's kernel: a range for each output channel of a convolution, one for a dense layer.
  public static func kernelFormat(of layer: Layer, bitWidth: Int) -> QuantizerFormat {
    let narrow = bitWidth > 1
    return switch layer {
    case is DepthwiseConv2D:
      QuantizerFormat(bitWidth: bitWidth, symmetric: true, narrowRange: narrow, axes: [-2, -1])
    case is Conv2D: QuantizerFormat(bitWidth: bitWidth, symmetric: true, narrowRange: narrow, axis: -1)
    default: QuantizerFormat(bitWidth: bitWidth, symmetric: true, narrowRange: narrow)
    }
  }
}
