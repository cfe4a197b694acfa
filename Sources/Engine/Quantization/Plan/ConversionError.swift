import IntegerInference

/// Why a quantized model cannot be converted to integers, and the remedy.
public enum ConversionError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The float model could not be quantized.
  case notQuantized(QuantizationError)
  /// A layer computes in floats, because its input, kernel or output is not quantized.
  case inFloat(layer: String, tensor: String, isAnnotated: Bool = false)
  /// A tensor's quantizer has no range, or one that no integer grid can cover.
  case noGrid(layer: String, tensor: String, reason: String)
  /// No integer operation computes what the layer does.
  case unsupported(layer: String, reason: String, remedy: String)
  /// A tensor's codes do not fit a byte.
  case tooManyBits(layer: String, tensor: String, bits: Int)
  /// The integers do not make a valid model; an accumulator could overflow, for instance.
  case impossible(IntegerModelError)

  /// The message, which names the layer, the cause and the remedy, in one line.
  public var description: String {
    switch self {
    case .notQuantized(let error): error.description
    case .inFloat(let layer, let tensor, true):
      "\(layer) is annotated, and its configuration leaves its \(tensor) in float: give it a quantizer there"
    case .inFloat(let layer, let tensor, false):
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
