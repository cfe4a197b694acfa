import Layers
import Quantizers
import Tensors

/// A property of a quantized model that its user may not have intended.
public enum QuantizationWarning: Hashable, CustomStringConvertible, Sendable {
  /// A layer that is not annotated keeps its weights in float.
  case layerInFloat(layer: String, weights: [String])
  /// An annotated layer has weights, other than biases, that its configuration does not quantize.
  case weightsInFloat(layer: String, weights: [String])
  /// A tensor has no range yet.
  case noRange(tensor: String)
  /// A learned step or clip of a tensor's quantizer is NaN or infinite.
  case rangeNotFinite(tensor: String)
  /// A learned step or clip of a tensor's quantizer fell to 0 or below in some of its channels.
  case rangeCollapsed(tensor: String, channels: Int, of: Int)
  /// A tensor's range is still the one that its quantizer started from.
  case rangeAsAtStart(tensor: String, low: Float, high: Float)
  /// The moving statistics of a folded normalization are far from those of the last batches of training.
  case statisticsApart(layer: String, channels: Int, of: Int)

  /// The message, which names the layer or tensor, the cause and the remedy.
  public var description: String {
    switch self {
    case .layerInFloat(let layer, let weights):
      "\(layer) is not annotated, so \(weights.joined(separator: ", ")) stay in float: annotate it by "
        + "quantizeAnnotate(_:) if it is to run on integers"
    case .weightsInFloat(let layer, let weights):
      "\(layer): its configuration has no quantizer for \(weights.joined(separator: ", ")), so the layer "
        + "cannot run on integers: add one for each"
    case .noRange(let tensor):
      "\(tensor) has no range yet, so the model cannot infer: calibrate(on:) a batch of inputs, or train"
    case .rangeNotFinite(let tensor):
      "\(tensor) has no finite range, because what its quantizer learns became NaN or infinite: train again from "
        + "weights that are finite, at a lower rate"
    case .rangeCollapsed(let tensor, let channels, let all):
      "\(tensor): what its quantizer learns fell to 0 or below\(all == 1 ? "" : " in \(channels) of \(all) channels"), "
        + "so that all its values are clipped to almost 0: train again at a lower rate, or learn the logarithm of the "
        + "step, isLogarithmic: true"
    case .rangeAsAtStart(let tensor, let low, let high):
      "\(tensor) still has the range it started from, \(low) to \(high), whatever its values are: "
        + "calibrate(on:) a batch of inputs, or train"
    case .statisticsApart(let layer, let channels, let all):
      "\(layer): in \(channels) of \(all) channels the moving statistics of its normalization, which inference uses, are "
        + "far from those of the last batches, which training used: call reestimateStatistics(on:) with training data, "
        + "or train longer, at a rate that falls to 0"
    }
  }
}

extension QuantizedModel {
  /// The weights that stay in float, the tensors without an observed or finite range, and the normalizations whose
  /// moving statistics do not follow those of the batches; empty if there are none.
  ///
  /// Biases are not listed, because integer inference holds them in 32 bits, at a scale that follows from the
  /// input's and the kernel's. Nor are moving statistics, which inference folds into kernel and bias.
  public var warnings: [QuantizationWarning] {
    layers.compactMap(Self.weightsInFloat)
      + quantizers.compactMap { Self.missingRange(of: $0.quantizer, $0.path) }
      + foldedNormalizations.compactMap(Self.statisticsApart)
  }

  private static func statisticsApart(_ layer: FoldedBatchNorm) -> QuantizationWarning? {
    let channels = layer.recent?.farChannels(from: layer.normalization) ?? 0
    guard channels > 0 else { return nil }
    return .statisticsApart(
      layer: layer.title, channels: channels, of: layer.normalization.movingMean.value.count)
  }

  private static func weightsInFloat(_ layer: Layer) -> QuantizationWarning? {
    let parts = QuantizedParts(layer)
    if parts.quantization != nil { return nil }
    guard parts.wrapper != nil else {
      let weights = layer.namedWeights.map(\.path)
      return weights.isEmpty ? nil : .layerInFloat(layer: layer.title, weights: weights)
    }
    let quantized = Set(parts.weightQuantizers.map(\.name))
    let inFloat = parts.core.namedWeights.filter { $0.variable.trainable }.map(\.path).filter {
      !quantized.contains($0) && $0.split(separator: "/").last != "bias"
    }
    return inFloat.isEmpty ? nil : .weightsInFloat(layer: parts.core.title, weights: inFloat)
  }

  private static func missingRange(of quantizer: Quantizer, _ path: String) -> QuantizationWarning? {
    guard let range = quantizer.range else { return .noRange(tensor: path) }
    guard range.isFinite else { return .rangeNotFinite(tensor: path) }
    let collapsed = quantizer.observedCount > 0 ? quantizer.collapsedChannels : 0
    if collapsed > 0 { return .rangeCollapsed(tensor: path, channels: collapsed, of: range.low.count) }
    let isLearned = quantizer.variables.contains { $0.variable.trainable }
    guard quantizer.initialRange != nil, quantizer.observedCount == 0, !isLearned,
      !(quantizer is FixedQuantizer)
    else { return nil }
    return .rangeAsAtStart(tensor: path, low: range.low.min() ?? 0, high: range.high.max() ?? 0)
  }
}
