import FixedPoint
import Layers
import Quantizers
import Support

/// A runtime as training simulates it: what is quantized how, and which tensors must share a scale.
///
/// A scheme is a value; change a copy to experiment:
///
///     var scheme = QuantizeScheme.tflite8Bit
///     scheme.batchNormFolding = .twoConvolutions
public struct QuantizeScheme {
  /// The name, for reports.
  public var name: String
  /// Makes the quantizer of a layer's kernel.
  public var weights: (_ layer: Layer) -> Quantizer
  /// Makes the quantizer of a hidden layer's output; setting it sets ``rectified`` to nil.
  public var activations: () -> Quantizer { didSet { rectified = nil } }
  /// Makes the quantizer of a ReLU's output, which is 0 or more; nil makes it as ``activations`` does.
  public var rectified: (() -> Quantizer)?
  /// Makes the quantizer of an input of the model.
  public var inputs: () -> Quantizer
  /// Makes the quantizer of an output of the model: of the logits, if a softmax follows.
  public var outputs: () -> Quantizer
  /// Whether the output of an average pooling has its input's scale.
  public var sharesPoolScales: Bool
  /// Whether the inputs of a concatenation have the scale of its output.
  public var sharesConcatenationScales: Bool
  /// The functions whose outputs have the runtime's fixed scale: 1/256 for softmax and sigmoid, 1/128 for tanh.
  public var fixedScales: Set<ActivationFunction>
  /// How batch normalizations are folded.
  public var batchNormFolding: BatchNormFolding = .singleConvolution
  /// The number of training steps after which batch normalizations use their moving statistics; nil for never.
  public var freezesBatchNormAfter: Int?
  /// Whether a max pooling behind a quantized ReLU runs before quantization, which then has fewer values.
  ///
  /// Quantization is monotone, so the outputs are the same. Gradients differ where several pixels of a window are
  /// quantized to the window's largest code: with quantization first, the first of these pixels receives the
  /// gradient; with pooling first, the pixel that was largest before quantization. What the gradient of a learned step
  /// takes of the window comes from the same pixel.
  public var poolsBeforeRounding = true
  /// The runtime whose integer arithmetic inference simulates.
  ///
  /// With an arithmetic, inference computes the runtime's integers: every operation whose input, kernel and output
  /// are quantized to bytes, and that conversion knows, runs as its integer operation. With nil, inference rounds real
  /// numbers, as training does.
  ///
  /// Integers have no gradients: with an arithmetic, inference passes none. Call the model with `training: true` for
  /// gradients.
  public var arithmetic: IntegerArithmetic? = .tflite

  /// TensorFlow Lite, 8 bits: TFMOT's default, with the scales that the runtime shares and fixes.
  ///
  /// Kernels are symmetric and narrow, with a scale for each output channel of a convolution and for each unit of a
  /// dense layer, as LiteRT's converter has them. Activations are affine; their ranges are moving averages.
  ///
  /// For runtimes that want one scale a dense layer, take ``nBit(weights:activations:learnedSteps:scalePerUnit:)`` with
  /// 8 bits and `scalePerUnit: false`.
  ///
  /// Source: TensorFlow Lite 8-bit quantization specification.
  public static var tflite8Bit: QuantizeScheme {
    nBit(weights: 8, activations: 8, named: "TFLite, 8 bits")
  }

  /// LiteRT with XNNPACK, its default on CPUs, 8 bits: ``tflite8Bit`` with products of floats, rounded half to even.
  public static var xnnpack8Bit: QuantizeScheme {
    nBit(weights: 8, activations: 8, named: "XNNPACK, 8 bits").following(.xnnpack)
  }

  /// ONNX Runtime, 8 bits: as TensorFlow Lite, but every concatenation, sigmoid and tanh has its own scale.
  ///
  /// So ONNX Runtime's quantization tool has it, in its QOperator format: an average pooling has the scale of its
  /// input, a softmax 1/256.
  public static var onnxRuntime8Bit: QuantizeScheme {
    nBit(weights: 8, activations: 8, named: "ONNX Runtime, 8 bits").following(.onnxRuntime)
  }

  /// The scheme with the arithmetic of a runtime, and with the scales that this runtime shares and fixes.
  ///
  ///     let scheme = QuantizeScheme.nBit(weights: 4, activations: 8).following(.onnxRuntime)
  ///
  /// ONNX Runtime gives every concatenation, sigmoid and tanh a scale of its own; LiteRT, with XNNPACK or without, has
  /// one scale for all inputs of a concatenation, 1/256 for a sigmoid and 1/128 for a tanh.
  public func following(_ arithmetic: IntegerArithmetic) -> QuantizeScheme {
    var scheme = self
    scheme.arithmetic = arithmetic
    scheme.sharesConcatenationScales = arithmetic != .onnxRuntime
    scheme.fixedScales = arithmetic == .onnxRuntime ? [.softmax] : [.softmax, .sigmoid, .tanh]
    return scheme
  }

  /// "WxAy": weights and hidden activations have given numbers of bits; the model's inputs and outputs have 8.
  ///
  /// Weights of 1 bit are not narrow: their codes are −1 and 0. With `learnedSteps` the step sizes are trained as
  /// the model's weights are, which low bit widths need (LSQ for weights, LSQ+ for activations); weights are then
  /// not narrow at any bit width. What is trained is the logarithm of a step size, so that no optimizer can make a
  /// step size 0 or less. Behind a ReLU the grid begins at 0, elsewhere at a learned offset.
  ///
  /// With learned steps and weights of 4 bits or fewer, kernels are quantized unfolded: if the factor of a normalization
  /// were folded in, each change of its statistics would move weights to other codes, and there are few codes.
  ///
  /// - Parameters:
  ///   - weights: The bits of a weight, 1 to 16.
  ///   - activations: The bits of a hidden activation, 1 to 16.
  ///   - learnedSteps: Whether step sizes are learned by gradients.
  ///   - scalePerUnit: Whether a dense layer's kernel has a scale for each unit, or one for all. TFLite Micro refuses
  ///     a scale for each where weights have 4 bits.
  /// - Returns: The scheme, named `W4A8` for instance.
  ///
  /// Source: Esser et al., 2020 (arXiv:1902.08153); Bhalgat et al., 2020 (arXiv:2004.09576).
  public static func nBit(
    weights: Int, activations: Int, learnedSteps: Bool = false, scalePerUnit: Bool = true
  ) -> QuantizeScheme {
    var scheme = nBit(
      weights: weights, activations: activations, named: "W\(weights)A\(activations)",
      scalePerUnit: scalePerUnit)
    guard learnedSteps else { return scheme }
    scheme.name += ", learned steps"
    scheme.weights = { layer in
      let format = kernelFormat(of: layer, bitWidth: weights, scalePerUnit: scalePerUnit)
      return LearnedStepQuantizer(
        QuantizerFormat(bitWidth: weights, symmetric: true, axes: format.axes), isLogarithmic: true)
    }
    scheme.activations = { LearnedStepQuantizer(QuantizerFormat(bitWidth: activations), isLogarithmic: true) }
    scheme.rectified = {
      LearnedStepQuantizer(QuantizerFormat(bitWidth: activations), learnsOffset: false, isLogarithmic: true)
    }
    if weights <= 4 { scheme.batchNormFolding = .unfolded }
    return scheme
  }

  /// 8 bits with scales that are powers of two, so that a runtime rescales by shifts alone.
  ///
  /// All grids are symmetric, except those of softmax and sigmoid: multiples of 1/256 from 0.
  public static var powerOfTwo: QuantizeScheme {
    var scheme = nBit(weights: 8, activations: 8, named: "powers of two, 8 bits")
    scheme.weights = { layer in
      PowerOfTwoQuantizer(kernelFormat(of: layer, bitWidth: 8, scalePerUnit: false), decay: 0)
    }
    let activations = { PowerOfTwoQuantizer(QuantizerFormat(symmetric: true)) }
    (scheme.activations, scheme.inputs, scheme.outputs) = (activations, activations, activations)
    return scheme
  }

  /// TensorFlow Lite as TFMOT simulates it, for comparison.
  ///
  /// Ranges start at −6…6, the input's at 0…0, and decay; batch normalizations stay unfolded; fixed scales are not
  /// simulated; tied gradients follow TFMOT.
  public static var tfmot8Bit: QuantizeScheme {
    var scheme = nBit(weights: 8, activations: 8, named: "TFMOT, 8 bits")
    scheme.weights = { layer in
      LastValueQuantizer(
        kernelFormat(of: layer, bitWidth: 8, scalePerUnit: false), startingAt: ValueRange(-6, 6))
    }
    scheme.activations = { MovingAverageQuantizer(start: .tfmot) }
    scheme.inputs = { AllValuesQuantizer(startingAt: ValueRange(0, 0)) }
    scheme.outputs = scheme.activations
    (scheme.sharesPoolScales, scheme.fixedScales) = (false, [])
    (scheme.batchNormFolding, scheme.poolsBeforeRounding) = (.unfolded, false)
    scheme.arithmetic = nil
    return scheme
  }

  private static func nBit(
    weights: Int, activations: Int, named name: String, scalePerUnit: Bool = true
  ) -> QuantizeScheme {
    let hidden = QuantizerFormat(bitWidth: activations)
    _ = QuantizerFormat(bitWidth: weights)  // stops at a bit width out of range
    return QuantizeScheme(
      name: name,
      weights: { layer in
        LastValueQuantizer(kernelFormat(of: layer, bitWidth: weights, scalePerUnit: scalePerUnit))
      },
      activations: { MovingAverageQuantizer(hidden) },
      inputs: { AllValuesQuantizer(.activations) },
      outputs: { MovingAverageQuantizer(.activations) },
      sharesPoolScales: true, sharesConcatenationScales: true, fixedScales: [.softmax, .sigmoid, .tanh])
  }

  /// Describes the grid of a layer's kernel: symmetric, with a range for each output channel or unit.
  ///
  /// - Parameters:
  ///   - layer: A convolution or dense layer; the kernel of any other has one range.
  ///   - bitWidth: The bits of a weight; more than 1 bit is narrow.
  ///   - scalePerUnit: Whether the kernel of a dense layer has a range for each unit, or one for all.
  /// - Returns: The format of the kernel's quantizer.
  public static func kernelFormat(
    of layer: Layer, bitWidth: Int, scalePerUnit: Bool = true
  ) -> QuantizerFormat {
    let linear = layer.linearSemantics
    let isOne = linear?.product == .dense && !scalePerUnit
    return QuantizerFormat(
      bitWidth: bitWidth, symmetric: true, narrowRange: bitWidth > 1,
      axes: isOne ? [] : linear?.channelAxes ?? [])
  }
}

extension QuantizeScheme: CustomStringConvertible {
  /// The name, the quantizer of hidden activations, the folding and the integer arithmetic, in one line.
  public var description: String {
    "\(name): activations by \(activations().summary); batch normalization by \(batchNormFolding.rawValue); "
      + "arithmetic of \(arithmetic?.rawValue ?? "real numbers")"
  }
}
