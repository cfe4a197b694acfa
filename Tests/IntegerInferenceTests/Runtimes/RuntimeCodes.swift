import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import Testing

/// A committed file of the results of LiteRT and ONNX Runtime.
///
/// `Fixtures/make_fixtures.py` and `make_models.py` document the format.
struct RuntimeCodes {
  let file: SafetensorsFile

  init(_ name: String) throws {
    let url = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures")
    file = try SafetensorsFile(contentsOf: #require(url).path())
  }

  /// The words `key=value` of an entry.
  func words(_ entry: String) throws -> CaseWords {
    try CaseWords(#require(file.metadata[entry], "no entry \(entry)"))
  }

  /// The codes of a tensor, or nil if the file has none of this name.
  func codes(_ name: String) throws -> [Int8]? {
    file[name] == nil ? nil : try file.values(name)
  }

  /// The kernel of an entry, with the given activation range.
  func kernel(_ entry: String, activationRange: ClosedRange<Int32>) throws -> IntegerKernel {
    let weights = try #require(file["\(entry)/kernel"])
    return IntegerKernel(
      shape: weights.shape, intWeights: try #require(weights.values()),
      scales: try file.floats("\(entry)/kernel.scales"), bias32: try file.values("\(entry)/bias"),
      activationRange: activationRange)
  }

  /// The kind of an entry's operation.
  func kind(_ entry: String, _ words: CaseWords) throws -> IntegerOperation.Kind {
    let activationRange = try words.activationRange()
    switch try words.text("op") {
    case "conv": return .convolution(try kernel(entry, activationRange: activationRange), try words.window())
    case "depthwise":
      return .depthwiseConvolution(try kernel(entry, activationRange: activationRange), try words.window())
    case "transposed":
      return .transposedConvolution(
        try kernel(entry, activationRange: activationRange), try words.window(),
        isSame: try words.flag("same"))
    case "dense": return .dense(try kernel(entry, activationRange: activationRange))
    case "max_pool": return .maxPooling(try words.window())
    case "average_pool": return .averagePooling(try words.window())
    case "mean": return .globalAveragePooling
    case "add": return .add(activationRange: activationRange)
    case "subtract": return .subtract(activationRange: activationRange)
    case "multiply": return .multiply(activationRange: activationRange)
    case "prelu": return .prelu
    case "concatenation": return .concatenation(axis: try words.integers("axis")[0])
    case "reshape": return .reshape
    case "pad": return .padding(try words.padding())
    case "softmax": return .softmax
    case "hard_swish": return .hardSwish
    case "leaky_relu": return .leakyReLU(slope: try words.slope())
    case "sigmoid": return .sigmoid
    case "tanh": return .tanh
    case "relu", "relu6", "quantize": return .requantization(activationRange: activationRange)
    case "slice":
      return .slice(
        begin: try words.integers("begin"), size: try words.integers("size"),
        strides: try words.integers("strides"))
    case "transpose": return .transpose(permutation: try words.integers("permutation"))
    case "padding":
      return .constantPadding(
        before: try words.integers("before"), after: try words.integers("after"),
        code: try #require(Int8(words.text("code"))))
    case "nearest":
      return .resizeNearestNeighbor(
        alignCorners: try words.flag("alignCorners"), halfPixelCenters: try words.flag("halfPixelCenters"))
    case "bilinear":
      return .resizeBilinear(
        alignCorners: try words.flag("alignCorners"), halfPixelCenters: try words.flag("halfPixelCenters"))
    case let other: throw CaseError(text: "unknown operation \(other)")
    }
  }
}

/// The error of a fixture with an unknown entry.
struct CaseError: Error {
  let text: String
}
