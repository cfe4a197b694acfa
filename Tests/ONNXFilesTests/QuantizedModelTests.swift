import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import TestSupport
import Testing

@testable import ONNXFiles

/// Models as ONNX Runtime's quantize_static writes them; see `Fixtures/make_quantized.py`.
@Suite struct QuantizedModelTests {
  static let names: [String] = {
    var names = [
      "digits_codes", "digits_unsigned_codes", "digits_kept", "mobilenet_kept", "digits_unsigned_weights",
      "digits_4_bits",
    ]
    for way in ["", "_unsigned", "_operators"] {
      for family in ["branches", "movement", "keras", "limits"] { names.append(family + way) }
    }
    for way in ["", "_unsigned", "_symmetric", "_operators", "_operators_unsigned"] {
      for family in ["digits", "resnet", "mobilenet"] { names.append(family + way) }
    }
    return names
  }()
  let fixture: SafetensorsFile

  init() throws { fixture = try SafetensorsFile(contentsOf: Self.path("quantized.safetensors")) }

  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).path + "/" + name
  }

  /// The upper bytes of SplitMix64's first numbers from state 0, minus 128.
  static func codes(_ count: Int) -> [Int8] {
    (1...UInt64(count)).map { index in
      var state = index &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      return Int8(Int(state >> 56) - 128)
    }
  }

  @Test(arguments: names)
  func `every code equals ONNX Runtime's`(name: String) throws {
    let model = try IntegerModel(onnx: Self.path("quantized/\(name).onnx"))
    let theirs: [Int8] = try fixture.values("\(name).default")
    let examples = 8
    let codes = Self.codes(examples * model.operations[0].count)
    for path in IntegerSession.Path.allCases {
      let ours = IntegerSession(model, maximumBatch: examples, path: path).codes(codes, examples: examples)
      let count = zip(ours, theirs).count { $0 != $1 }
      #expect(count == 0 && ours.count == theirs.count, "\(name) \(path): \(count) of \(theirs.count)")
    }
  }
}
