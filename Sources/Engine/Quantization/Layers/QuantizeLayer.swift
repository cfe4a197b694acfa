import Layers
import Quantizers
import Support
import Tensors

/// Quantizes its input: a fake quantization on an edge of the graph that no layer's output quantizer covers.
public final class QuantizeLayer: Layer {
  /// The quantizer.
  public let quantizer: Quantizer
  /// Whether the quantizer belongs to another layer, whose tensors alone it observes.
  public let isShared: Bool

  /// Creates the layer.
  public init(_ quantizer: Quantizer, isShared: Bool = false, name: String? = nil) {
    (self.quantizer, self.isShared) = (quantizer, isShared)
    super.init(name: name)
  }

  /// Adds the quantizer's variables as weights, unless the quantizer is another layer's.
  public override func build(inputShape: [Int]) {
    if !isShared { addQuantizer(quantizer, of: "output", shape: [1] + inputShape) }
  }

  /// A layer with a fresh quantizer of the same settings; fails if the quantizer is another layer's.
  public override func copied() throws(LayerCopyError) -> Layer {
    guard !isShared else { throw Self.sharing(title) }
    return QuantizeLayer(quantizer.copied(), name: name)
  }

  /// Says why a layer that shares a quantizer is not copied.
  static func sharing(_ title: String) -> LayerCopyError {
    LayerCopyError(
      layer: title,
      remedy:
        "it has another layer's quantizer, which a copy of it alone would not: quantize the float model again"
    )
  }

  /// Quantizes the input.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    isShared
      ? quantizer.fakeQuantizedAtSharedRange(inputs, training: training)
      : quantizer(inputs, training: training)
  }
}
