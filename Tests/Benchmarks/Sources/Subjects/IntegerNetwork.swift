import FixedPoint
import IntegerInference

/// Networks of shapes that MLPerf Tiny has, with random codes.
public enum IntegerNetwork: String, CaseIterable {
  /// MobileNetV1 of width 0.25 on colour images of 96 × 96 pixels, with two classes: visual wake words.
  case mobileNet = "mobilenet-v1-0.25-96"
  /// Streaming wake word: 30 frames of 40 features, four depthwise convolutions along the frames, three classes.
  case wakeWord = "streaming-wake-word"

  /// The network, which a seed of 1 fills.
  public func model(_ arithmetic: IntegerArithmetic = .tflite) throws -> IntegerModel {
    var chain = IntegerChain()
    switch self {
    case .mobileNet:
      try chain.input([96, 96, 3])
      try chain.convolution(filters: 8, size: (3, 3), stride: 2, samePadding: true)
      for (filters, stride) in [
        (16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1), (128, 1), (128, 1),
        (128, 1), (256, 2), (256, 1),
      ] {
        try chain.depthwise(size: (3, 3), stride: stride, samePadding: true)
        try chain.convolution(filters: filters, size: (1, 1), stride: 1, samePadding: true)
      }
      chain.averagePooling()
      chain.flatten()
      try chain.dense(units: 2)
    case .wakeWord:
      try chain.input([30, 1, 40])
      for (frames, filters) in [(3, 128), (5, 128), (10, 128), (15, 32)] {
        try chain.depthwise(size: (frames, 1), stride: 1, samePadding: false)
        try chain.convolution(filters: filters, size: (1, 1), stride: 1, samePadding: true)
      }
      chain.flatten()
      try chain.dense(units: 3)
    }
    try chain.softmax()
    return try chain.model(rawValue, arithmetic)
  }
}
