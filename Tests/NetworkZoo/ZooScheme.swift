import Quantization

/// The schemes in which every network of the zoo is quantized.
public enum ZooScheme: String, CaseIterable, Sendable {
  /// TensorFlow Lite's arithmetic, 8 bits.
  case tflite
  /// XNNPACK's arithmetic, 8 bits.
  case xnnpack
  /// ONNX Runtime's arithmetic and scales, 8 bits.
  case onnxRuntime = "ONNX Runtime"
  /// Scales that are powers of two.
  case powerOfTwo = "powers of two"
  /// 8 bits with learned steps.
  case w8a8 = "W8A8"
  /// 7 bits.
  case w7a7 = "W7A7"
  /// 6 bits.
  case w6a6 = "W6A6"
  /// 5 bits.
  case w5a5 = "W5A5"
  /// 4 bits of weights, 8 of activations.
  case w4a8 = "W4A8"
  /// 4 bits with learned steps.
  case w4a4 = "W4A4"
  /// 3 bits with learned steps.
  case w3a3 = "W3A3"
  /// 2 bits with learned steps.
  case w2a2 = "W2A2"

  /// The scheme.
  public var scheme: QuantizeScheme {
    switch self {
    case .tflite: .tflite8Bit
    case .xnnpack: .xnnpack8Bit
    case .onnxRuntime: .onnxRuntime8Bit
    case .powerOfTwo: .powerOfTwo
    case .w7a7: .nBit(weights: 7, activations: 7)
    case .w6a6: .nBit(weights: 6, activations: 6)
    case .w5a5: .nBit(weights: 5, activations: 5)
    case .w4a8: .nBit(weights: 4, activations: 8)
    case .w8a8: .nBit(weights: 8, activations: 8, learnedSteps: true)
    case .w4a4: .nBit(weights: 4, activations: 4, learnedSteps: true)
    case .w3a3: .nBit(weights: 3, activations: 3, learnedSteps: true)
    case .w2a2: .nBit(weights: 2, activations: 2, learnedSteps: true)
    }
  }
}
