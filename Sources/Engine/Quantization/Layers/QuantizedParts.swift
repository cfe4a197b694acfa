import Layers
import Quantizers

/// What a layer of a quantized model is made of: the layer that computes, and the quantizers around it.
///
/// No other code asks whether a layer is a ``QuantizeWrapper``, a ``QuantizeLayer`` or a ``FoldedBatchNorm``.
package struct QuantizedParts {
  /// The layer that computes, without quantizers and normalization around it.
  package let core: Layer
  /// The normalization that is folded into the layer that computes; nil for none.
  package let folded: FoldedBatchNorm?
  /// The wrapper with the quantizers; nil if the layer has none.
  package let wrapper: QuantizeWrapper?
  /// The fake quantization on an edge of the graph; nil if the layer is another one.
  package let quantization: QuantizeLayer?

  /// Takes a layer apart.
  package init(_ layer: Layer) {
    wrapper = layer as? QuantizeWrapper
    let inner = wrapper?.layer ?? layer
    folded = inner as? FoldedBatchNorm
    core = folded?.layer ?? inner
    quantization = layer as? QuantizeLayer
  }

  /// The quantizers of the weights by name, including that of a kernel with a folded normalization.
  package var weightQuantizers: [(name: String, quantizer: Quantizer)] {
    guard let wrapper else { return [] }
    guard let folded, let quantizer = folded.quantizer else { return wrapper.weightQuantizers }
    return wrapper.weightQuantizers + [(folded.kernelName, quantizer)]
  }

  /// The quantizer of the output; nil if the output is not quantized.
  package var output: Quantizer? { quantization?.quantizer ?? wrapper?.outputQuantizer }

  /// Whether the output's quantizer belongs to another layer.
  package var sharesOutput: Bool { quantization?.isShared ?? wrapper?.sharesOutputQuantizer ?? false }

  /// The quantizers that belong to the layer, by the names of their tensors.
  package var ownQuantizers: [(name: String, quantizer: Quantizer)] {
    (wrapper?.sharesWeightQuantizers == true ? [] : weightQuantizers)
      + (sharesOutput ? [] : output.map { [("output", $0)] } ?? [])
  }

  /// Whether the layer belongs to a quantized model.
  var isQuantized: Bool { wrapper != nil || quantization != nil || folded != nil }
}
