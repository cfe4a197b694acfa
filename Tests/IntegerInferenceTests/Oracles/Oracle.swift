import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import Testing

/// A committed file of what LiteRT and ONNX Runtime computed; `Fixtures/make_fixtures.py` and `make_models.py`
/// document the format.
struct Oracle {
  let file: SafetensorsFile

  init(_ name: String) throws {
    let url = Bundle.module.url(forResource: name, withExtension: "safetensors", subdirectory: "Fixtures")
    file = try SafetensorsFile(contentsOf: #require(url).path())
  }

  /// The words `key=value` of an entry.
  func words(_ entry: String) throws -> OracleWords {
    try OracleWords(#require(file.metadata[entry], "no entry \(entry)"))
  }

  /// The codes of a tensor, or nil if the file has none of this name.
  func codes(_ name: String) throws -> [Int8]? {
    file[name] == nil ? nil : try file.values(name)
  }

  /// The kernel of an entry, with the codes its activation lets through.
  func kernel(_ entry: String, limits: ClosedRange<Int32>) throws -> IntegerKernel {
    let weights = try #require(file["\(entry)/kernel"])
    return IntegerKernel(
      shape: weights.shape, codes: try #require(weights.values()),
      scales: try file.floats("\(entry)/kernel.scales"), bias: try file.values("\(entry)/bias"),
      limits: limits)
  }

  /// What an entry's operation does.
  func kind(_ entry: String, _ words: OracleWords) throws -> IntegerOperation.Kind {
    let limits = try words.limits()
    switch try words.text("op") {
    case "conv": return .convolution(try kernel(entry, limits: limits), try words.window())
    case "depthwise": return .depthwiseConvolution(try kernel(entry, limits: limits), try words.window())
    case "dense": return .dense(try kernel(entry, limits: limits))
    case "max_pool": return .maxPooling(try words.window())
    case "average_pool": return .averagePooling(try words.window())
    case "mean": return .globalAveragePooling
    case "add": return .add(limits: limits)
    case "concatenation": return .concatenation(axis: try words.integers("axis")[0])
    case "reshape": return .reshape
    case "pad": return .padding(try words.padding())
    case "softmax": return .softmax
    case "relu", "relu6", "quantize": return .requantization(limits: limits)
    case let other: throw OracleError(text: "unknown operation \(other)")
    }
  }
}

/// A fixture that does not say what it should.
struct OracleError: Error {
  let text: String
}

/// The words `key=value` that describe an operation.
struct OracleWords {
  private let values: [Substring: Substring]

  init(_ line: String) {
    values = Dictionary(
      line.split(separator: " ").map { word in
        let end = word.firstIndex(of: "=") ?? word.endIndex
        return (word[..<end], word[end...].dropFirst())
      }, uniquingKeysWith: { first, _ in first })
  }

  func has(_ key: Substring) -> Bool { values[key] != nil }

  func text(_ key: Substring) throws -> Substring { try #require(values[key], "no word \(key)") }

  func integers(_ key: Substring) throws -> [Int] {
    try text(key).split(separator: ",").map { try #require(Int($0)) }
  }

  /// A grid, written as the bits of its scale and its zero point.
  func grid(_ key: Substring) throws -> AffineQuantizer {
    let parts = try text(key).split(separator: ":")
    return try AffineQuantizer(
      scale: Float(bitPattern: #require(UInt32(parts[0], radix: 16))), zeroPoint: #require(Int32(parts[1])))
  }

  func padding() throws -> Window.Padding {
    let amounts = try integers("padding")
    return Window.Padding(top: amounts[0], left: amounts[1], bottom: amounts[2], right: amounts[3])
  }

  func window() throws -> Window {
    let (size, strides) = (try integers("window"), try integers("strides"))
    return Window(
      size: (size[0], size[1]), strides: (strides[0], strides[1]), padding: try padding())
  }

  /// A pool's fused activation: ours is an operation behind the pool, which keeps the grid.
  func clampBehindPool() throws -> IntegerOperation.Kind? {
    let isPool = try ["max_pool", "average_pool"].contains(text("op"))
    guard isPool, try text("activation") != "none" else { return nil }
    return .requantization(limits: try limits())
  }

  /// The output codes that the activation lets through, fused or an operation of its own.
  func limits() throws -> ClosedRange<Int32> {
    let grid = try grid("output")
    let activation = try ["relu", "relu6"].contains(text("op")) ? text("op") : text("activation")
    guard activation != "none" else { return -128...127 }
    let six = grid.zeroPoint + Int32((6 / grid.scale).rounded(.toNearestOrAwayFromZero))
    return grid.zeroPoint...(activation == "relu6" ? min(six, 127) : 127)
  }
}
