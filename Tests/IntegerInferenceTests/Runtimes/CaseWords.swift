import FixedPoint
import IntegerInference
import Testing

/// The words `key=value` that describe an operation.
struct CaseWords {
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

  /// The slope of a leaky ReLU, written as its bits.
  func slope() throws -> Float { Float(bitPattern: try #require(UInt32(text("slope"), radix: 16))) }

  /// The truth of a flag; false if there is no such word.
  func flag(_ key: Substring) throws -> Bool {
    guard has(key) else { return false }
    guard let value = Bool(String(try text(key))) else { throw CaseError(text: "\(key) is no flag") }
    return value
  }

  func padding() throws -> Window.Padding {
    let amounts = try integers("padding")
    return Window.Padding(top: amounts[0], left: amounts[1], bottom: amounts[2], right: amounts[3])
  }

  func window() throws -> Window {
    let (size, strides) = (try integers("window"), try integers("strides"))
    let dilations = has("dilations") ? try integers("dilations") : [1, 1]
    return Window(
      size: (size[0], size[1]), strides: (strides[0], strides[1]), padding: try padding(),
      dilations: (dilations[0], dilations[1]))
  }

  /// The fused activation of a pooling: in our models, an operation after the pooling, which keeps the grid.
  func clampBehindPool() throws -> IntegerOperation.Kind? {
    let isPool = try ["max_pool", "average_pool"].contains(text("op"))
    guard isPool, try text("activation") != "none" else { return nil }
    return .requantization(activationRange: try activationRange())
  }

  /// The range of output codes under the activation, fused or stand-alone.
  func activationRange() throws -> ClosedRange<Int32> {
    let grid = try grid("output")
    let activation = try ["relu", "relu6"].contains(text("op")) ? text("op") : text("activation")
    guard activation != "none" else { return -128...127 }
    let six = grid.zeroPoint + Int32((6 / grid.scale).rounded(.toNearestOrAwayFromZero))
    return grid.zeroPoint...(activation == "relu6" ? min(six, 127) : 127)
  }
}
