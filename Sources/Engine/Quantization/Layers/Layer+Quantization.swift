import Layers
import Quantizers

// What quantization asks of every layer.

extension Layer {
  /// Whether the layer belongs to a quantized model.
  var isQuantized: Bool {
    self is QuantizedModel || self is QuantizeWrapper || self is QuantizeLayer || self is FoldedBatchNorm
  }

  /// Whether the layer only moves values, so that codes of a grid remain codes of that grid.
  package var preservesQuantization: Bool {
    switch self {
    case is MaxPooling2D, is Flatten, is Reshape, is ZeroPadding2D, is Dropout: true
    case let layer as Activation: layer.function == .linear
    default: false
    }
  }

  /// Builds a quantizer for tensors of a shape and adds its variables as weights: `kernel_min`, `kernel_max`, ….
  func addQuantizer(_ quantizer: Quantizer, of tensor: String, shape: [Int]) {
    quantizer.build(shape: shape, name: "\(name)/\(tensor)")
    for (name, variable) in quantizer.variables { addWeight("\(tensor)_\(name)", variable) }
  }
}
