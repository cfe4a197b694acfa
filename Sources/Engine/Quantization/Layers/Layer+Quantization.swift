import Layers
import Quantizers
import Tensors

// What quantization asks of every layer.

extension Layer {
  /// Whether the layer belongs to a quantized model.
  var isQuantized: Bool {
    self is QuantizedModel || QuantizedParts(self).isQuantized
  }

  /// The weight at a path: `kernel`, or `dense/kernel` of a layer inside.
  func weight(at path: String) -> Variable {
    ownWeight(path) ?? namedWeights.first { $0.path == path }?.variable ?? weight(path)
  }

  /// Builds a quantizer for tensors of a shape and adds its variables as weights: `kernel_min`, `kernel_max`, ….
  func addQuantizer(_ quantizer: Quantizer, of tensor: String, shape: [Int]) {
    quantizer.build(shape: shape, name: "\(name)/\(tensor)")
    for (name, variable) in quantizer.variables { addWeight("\(tensor)_\(name)", variable) }
  }
}
