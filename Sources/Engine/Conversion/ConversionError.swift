import IntegerInference
import Quantization

/// A quantized model that no integers can stand for: the layer, what stands in the way, and what to do.
public enum ConversionError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The float model could not be quantized.
  case notQuantized(QuantizationError)
  /// A layer computes in floats: nothing puts its input, its kernel or its output on a grid.
  case inFloat(layer: String, tensor: String)
  /// A tensor's quantizer has no range, or none that integers can have.
  case noGrid(layer: String, tensor: String, reason: String)
  /// There is no integer operation that does what the layer does.
  case unsupported(layer: String, reason: String, remedy: String)
  /// Codes that do not fit a byte.
  case tooManyBits(layer: String, tensor: String, bits: Int)
  /// The integers would not make a model that runs: an accumulator could overflow, say.
  case impossible(IntegerModelError)

  /// The layer, the cause and the remedy, in one line.
  public var description: String {
    switch self {
    case .notQuantized(let error): error.description
    case .inFloat(let layer, let tensor):
      "\(layer) is left in float: its \(tensor) is not quantized: annotate the layer with quantizeAnnotate(_:), or "
        + "give its configuration a quantizer for it"
    case .noGrid(let layer, let tensor, let reason):
      "\(layer) has no integers: its \(tensor) has \(reason)"
    case .unsupported(let layer, let reason, let remedy):
      "\(layer) cannot run on integers: \(reason): \(remedy)"
    case .tooManyBits(let layer, let tensor, let bits):
      "\(layer) has \(bits) bits for its \(tensor), and codes are bytes: quantize it to 8 bits or fewer"
    case .impossible(let error): error.description
    }
  }
}
