/// Something in a quantized model that its user may not have meant.
public enum QuantizationWarning: Hashable, CustomStringConvertible, Sendable {
  /// A layer that is not annotated has weights, which stay floats.
  case layerInFloat(layer: String, weights: [String])
  /// An annotated layer has weights, biases apart, that its configuration does not quantize.
  case weightsInFloat(layer: String, weights: [String])
  /// A tensor has no range yet.
  case noRange(tensor: String)
  /// A range is still the one that its quantizer started from.
  case rangeAsAtStart(tensor: String, low: Float, high: Float)

  /// The layer or tensor, the cause and the remedy.
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
    case .rangeAsAtStart(let tensor, let low, let high):
      "\(tensor) still has the range it started from, \(low) to \(high), whatever its values are: "
        + "calibrate(on:) a batch of inputs, or train"
    }
  }
}
