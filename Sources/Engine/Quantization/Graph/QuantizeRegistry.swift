import Layers
import Quantizers

/// The configurations of all layers of this package.
///
/// They are those of TFMOT's 8-bit registry, with three differences. As in TensorFlow Lite, average poolings share
/// their input's scale, and softmax, sigmoid and tanh have fixed scales. Kernels of depthwise convolutions have a
/// scale for each channel.
///
/// | layer | weights | outputs |
/// | :--- | :--- | :--- |
/// | Dense, Conv2D, DepthwiseConv2D, Conv2DTranspose | kernel | quantized |
/// | ReLU, LeakyReLU, HardSwish, Add, Subtract, Multiply, Concatenate, GlobalAveragePooling2D | – | quantized |
/// | UpSampling2D, bilinear | – | its input's scale |
/// | AveragePooling2D | – | its input's scale, where the scheme says so; else quantized |
/// | Rescaling, Normalization | – | quantized as the model's inputs are |
/// | MaxPooling2D, GlobalMaxPooling2D, Flatten, Reshape, ZeroPadding2D, Cropping2D, Dropout | – | unchanged |
/// | UpSampling2D, nearest | – | unchanged |
/// | softmax, sigmoid, tanh | – | the runtime's fixed grid, where the scheme says so; else quantized |
/// | BatchNormalization | only folded into the layer before it | |
///
/// A layer that is not in the table needs its own configuration.
struct QuantizeRegistry {
  let scheme: QuantizeScheme

  /// Finds the configuration of a layer.
  ///
  /// - Throws: ``QuantizationError/unsupportedLayer(layer:remedy:)`` if the layer is not in the table.
  func config(for layer: Layer) throws(QuantizationError) -> QuantizeConfig {
    switch layer.semantics {
    case .linear(let linear):
      return QuantizeConfig(weights: [(linear.kernelName, scheme.weights(layer))], output: activations)
    case .activation(let function):
      return QuantizeConfig(weights: [], output: output(of: function))
    case .addition, .subtraction, .multiplication, .concatenation, .globalAveragePooling:
      return QuantizeConfig(weights: [], output: activations)
    case .averagePooling:
      return QuantizeConfig(weights: [], output: scheme.sharesPoolScales ? .sharedWithInput : activations)
    case .bilinearUpsampling: return QuantizeConfig(weights: [], output: .sharedWithInput)
    // What they give is the model's input still: hidden activations may have fewer bits.
    case .affine: return QuantizeConfig(weights: [], output: .quantized(scheme.inputs()))
    case .dataMovement: return QuantizeConfig(weights: [], output: .unchanged)
    case .normalization:
      throw .unsupportedLayer(
        layer: layer.title,
        remedy: "place it directly behind an annotated Conv2D, DepthwiseConv2D or Dense layer that has no "
          + "activation and whose output nothing else reads, and it will be folded into that layer; or give it a "
          + "configuration of its own; or leave it out of the annotation")
    case .composite, .input, .opaque:
      throw .unsupportedLayer(
        layer: layer.title,
        remedy: "annotate it with a configuration of its own, quantizeAnnotate(layer, config:), or annotate "
          + "the other layers one by one and leave it in float")
    }
  }

  private var activations: QuantizeConfig.Output { .quantized(scheme.activations()) }

  private func output(of function: ElementFunction) -> QuantizeConfig.Output {
    func fixed(_ low: Float, _ high: Float, for function: ActivationFunction) -> QuantizeConfig.Output {
      scheme.fixedScales.contains(function)
        ? .quantized(FixedQuantizer(.activations, range: ValueRange(low, high))) : activations
    }
    switch function {
    case .linear: return .unchanged
    case .relu: return .quantized((scheme.rectified ?? scheme.activations)())
    case .leakyReLU, .hardSwish: return activations
    case .softmax: return fixed(0, 255 / 256, for: .softmax)
    case .sigmoid: return fixed(0, 255 / 256, for: .sigmoid)
    case .tanh: return fixed(-1, 127 / 128, for: .tanh)
    }
  }
}
