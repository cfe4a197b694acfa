import Layers
import Tensors

/// A mark on a layer: `quantizeApply` is to quantize it, by a configuration of its own or by the scheme's.
///
/// Until then it changes nothing: the layer inside is called as it is.
public final class QuantizeAnnotate: Wrapper {
  /// The configuration, or nil for the scheme's.
  public let config: QuantizeConfig?

  /// Marks a layer.
  public init(_ layer: Layer, config: QuantizeConfig? = nil, name: String? = nil) {
    self.config = config
    super.init(layer, name: name)
  }

  /// A mark on a copy.
  public override func copied() -> Layer {
    QuantizeAnnotate(layer.copiedWithState(), config: config, name: name)
  }
}

/// Marks a layer to be quantized when `quantizeApply` is called, by `config` or else as the scheme does it.
///
///     let model = Sequential([
///       Conv2D(filters: 8, kernelSize: 3), Flatten(), quantizeAnnotate(Dense(units: 10)),
///     ], inputShape: [28, 28, 1])
public func quantizeAnnotate(_ layer: Layer, config: QuantizeConfig? = nil) -> QuantizeAnnotate {
  QuantizeAnnotate(layer, config: config)
}
