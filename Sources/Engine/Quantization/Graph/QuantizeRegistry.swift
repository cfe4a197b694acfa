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
/// | Dense, Conv2D, DepthwiseConv2D | kernel | quantized |
/// | ReLU, LeakyReLU, Add, Concatenate, GlobalAveragePooling2D | – | quantized |
/// | AveragePooling2D | – | its input's scale, where the scheme says so; else quantized |
/// | MaxPooling2D, Flatten, Reshape, ZeroPadding2D, Dropout | – | unchanged |
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
    let quantized = QuantizeConfig.Output.quantized(scheme.activations())
    switch layer {
    case is DepthwiseConv2D, is Conv2D, is Dense:
      return QuantizeConfig(
        weights: [(Layer.kernelName(of: layer), scheme.weights(layer))], output: quantized)
    case is ReLU, is LeakyReLU, is Add, is Concatenate, is GlobalAveragePooling2D:
      return QuantizeConfig(weights: [], output: quantized)
    case is AveragePooling2D:
      return QuantizeConfig(weights: [], output: scheme.sharesPoolScales ? .sharedWithInput : quantized)
    case is MaxPooling2D, is Flatten, is Reshape, is ZeroPadding2D, is Dropout:
      return QuantizeConfig(weights: [], output: .unchanged)
    case is Softmax: return QuantizeConfig(weights: [], output: output(of: .softmax))
    case let layer as Activation: return QuantizeConfig(weights: [], output: output(of: layer.function))
    case is BatchNormalization:
      throw .unsupportedLayer(
        layer: layer.title,
        remedy: "place it after an annotated Conv2D, DepthwiseConv2D or Dense layer without an activation, "
          + "whose only reader it is, and it is folded into it; or give it a configuration of its own, or leave "
          + "it out of the annotation")
    default:
      throw .unsupportedLayer(
        layer: layer.title,
        remedy: "annotate it with a configuration of its own, quantizeAnnotate(layer, config:), or annotate "
          + "the other layers one by one and leave it in float")
    }
  }

  private func output(of function: ActivationFunction) -> QuantizeConfig.Output {
    func fixed(_ low: Float, _ high: Float) -> QuantizeConfig.Output {
      .quantized(
        scheme.fixesActivationScales
          ? FixedQuantizer(.activations, range: ValueRange(low, high)) : scheme.activations())
    }
    switch function {
    case .linear: return .unchanged
    case .relu, .relu6: return .quantized(scheme.activations())
    case .softmax, .sigmoid: return fixed(0, 255 / 256)
    case .tanh: return fixed(-1, 127 / 128)
    }
  }
}
