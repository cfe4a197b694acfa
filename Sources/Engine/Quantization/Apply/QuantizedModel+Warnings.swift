import Layers
import Quantizers
import Tensors

extension QuantizedModel {
  /// What stays in float, or has no range of its own making, and what to do about it; empty if all is well.
  ///
  /// Biases are not among it: integer inference holds them in 32 bits, on a scale that follows from others. Nor
  /// are statistics, which inference folds into other numbers.
  public var warnings: [QuantizationWarning] {
    layers.compactMap(Self.weightsInFloat) + quantizers.compactMap { Self.range(of: $0.quantizer, $0.path) }
  }

  private static func weightsInFloat(_ layer: Layer) -> QuantizationWarning? {
    if layer is QuantizeLayer { return nil }
    guard let wrapper = layer as? QuantizeWrapper else {
      let weights = layer.namedWeights.map(\.path)
      return weights.isEmpty ? nil : .layerInFloat(layer: layer.title, weights: weights)
    }
    let quantized = Set(wrapper.allWeightQuantizers.map(\.name))
    let inner = (wrapper.layer as? FoldedBatchNorm)?.layer ?? wrapper.layer
    let left = inner.namedWeights.filter { $0.variable.trainable }.map(\.path).filter {
      !quantized.contains($0) && $0.split(separator: "/").last != "bias"
    }
    return left.isEmpty ? nil : .weightsInFloat(layer: inner.title, weights: left)
  }

  private static func range(of quantizer: Quantizer, _ path: String) -> QuantizationWarning? {
    guard let range = quantizer.range else { return .noRange(tensor: path) }
    let isLearned = quantizer.variables.contains { $0.variable.trainable }
    guard quantizer.initialRange != nil, quantizer.observedCount == 0, !isLearned,
      !(quantizer is FixedQuantizer)
    else { return nil }
    return .rangeAsAtStart(tensor: path, low: range.low.min() ?? 0, high: range.high.max() ?? 0)
  }
}
