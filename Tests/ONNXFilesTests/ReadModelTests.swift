import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import TestSupport
import Testing

@testable import ONNXFiles

/// Models of ONNX Runtime's quantize_static, of Brevitas and torch, and node by node; see `Fixtures/make_*.py`.
@Suite struct ReadModelTests {
  /// The files, as FOLDER/NAME.
  static let names: [String] = ["quantized", "handmade", "exported"].flatMap { folder in
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
    return files.filter { $0.hasSuffix(".onnx") }.sorted().map { "\(folder)/\($0.dropLast(5))" }
  }

  /// The codes, of those of eight inputs, that are others in ONNX Runtime's default session on x86-64.
  ///
  /// Each is one step off, or follows from one that is: its kernels of unsigned codes add a zero point that is 128 higher
  /// to floating-point numbers before they round, and nodes that it does not fuse run with floating-point numbers.
  static let others: [String: Int] = [
    "quantized/mobilenet": 10, "quantized/mobilenet_kept": 10, "quantized/mobilenet_symmetric": 44,
    "quantized/mobilenet_unsigned": 14, "quantized/limits_unsigned": 1, "handmade/torch_like": 3,
    "handmade/brevitas": 2, "exported/brevitas_4": 2,
  ]
  /// The codes that are others in a session that keeps signed codes, too: means and a convolution with floats.
  static let othersOfInt8: [String: Int] = [
    "quantized/mobilenet_unsigned": 14, "quantized/limits_unsigned": 1, "handmade/torch_like": 3,
    "handmade/brevitas": 2, "exported/brevitas_4": 2,
  ]

  static func path(_ name: String) -> String {
    (Bundle.module.url(forResource: "Fixtures", withExtension: nil)?.path ?? "") + "/" + name
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

  /// The output codes of a model for eight inputs.
  static func codes(of model: IntegerModel, _ path: IntegerSession.Path = .fast) -> [Int8] {
    let inputs = codes(8 * model.operations[0].count)
    return IntegerSession(model, maximumBatch: 8, path: path).codes(inputs, examples: 8)
  }

  @Test func `all files of the scripts are tested`() {
    #expect(Self.names.count == 50)
  }

  @Test(arguments: names)
  func `every code equals ONNX Runtime's, but for those that are counted`(name: String) throws {
    let parts = name.split(separator: "/").map(String.init)
    let fixture = try SafetensorsFile(contentsOf: Self.path("\(parts[0]).safetensors"))
    let model = try IntegerModel(onnx: Self.path("\(name).onnx"))
    let theirs: [Int8] = try fixture.values("\(parts[1]).default")
    let int8: [Int8] = try fixture["\(parts[1]).int8"] == nil ? theirs : fixture.values("\(parts[1]).int8")
    for path in IntegerSession.Path.allCases {
      let ours = Self.codes(of: model, path)
      let (count, countOfInt8) = (
        zip(ours, theirs).count { $0 != $1 }, zip(ours, int8).count { $0 != $1 }
      )
      #expect(ours.count == theirs.count)
      #expect(count == Self.others[name, default: 0], "\(name): \(count) of \(theirs.count)")
      #expect(countOfInt8 == Self.othersOfInt8[name, default: 0], "\(name): \(countOfInt8) of \(int8.count)")
    }
  }
}
