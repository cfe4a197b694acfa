import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import Support
import TestSupport
import Testing

@testable import ONNXFiles

/// A form in which a model is written.
struct WrittenForm: Sendable, CustomStringConvertible {
  let format: ONNXFormat
  let opset: ONNXOperatorSet
  let inferenceType: ONNXInferenceType
  var avoidsSaturation = true
  var description: String {
    "\(format).\(opset.rawValue).\(inferenceType.rawValue)" + (avoidsSaturation ? "" : ".fast")
  }

  static let all =
    ONNXFormat.allCases.flatMap { format in
      [
        WrittenForm(format: format, opset: .v13, inferenceType: .float32),
        WrittenForm(format: format, opset: .v21, inferenceType: .float32),
        WrittenForm(format: format, opset: .v13, inferenceType: .int8),
      ]
    } + [
      WrittenForm(format: .qdq, opset: .v13, inferenceType: .float32, avoidsSaturation: false),
      WrittenForm(format: .qdq, opset: .v13, inferenceType: .int8, avoidsSaturation: false),
    ]

  /// The bytes of a model's file.
  func file(_ model: IntegerModel) throws -> [UInt8] {
    try model.onnxFile(
      format: format, opset: opset, inferenceType: inferenceType, avoidsSaturation: avoidsSaturation)
  }
}

/// Files that we write, and what ONNX Runtime computes with them; see `Fixtures/make_written.py`.
@Suite struct WritingTests {
  private static let examples = 20
  let fixture: SafetensorsFile

  init() throws {
    let url = try #require(
      Bundle.module.url(forResource: "written", withExtension: "safetensors", subdirectory: "Fixtures"))
    fixture = try SafetensorsFile(contentsOf: url.path)
  }

  @Test(arguments: WrittenModels.names)
  func `ONNX Runtime ran these very files and gave every code of the model`(name: String) throws {
    let model = try WrittenModels.model(name)
    for form in WrittenForm.all {
      let (bytes, key) = (try form.file(model), "\(name).\(form)")
      // To make the fixture again, name a folder here and give it to make_written.py.
      if let folder = ProcessInfo.processInfo.environment["QAT_WRITE_ONNX"] {
        try AtomicFile.createFolder(folder)
        try AtomicFile.write(bytes, to: "\(folder)/\(key).onnx")
      }
      let record = WrittenRecord(fixture, key)
      #expect(SHA256.hex(bytes) == record?.digest, "\(key)")
      if form.format != .standardQDQ { #expect(record?.default == 0, "\(key)") }
      if form.format == .qOperator { #expect(record?.off == 0, "\(key)") }
    }
    let theirs: [Int8] = try fixture.values(name)
    for path in IntegerSession.Path.allCases {
      let ours = Self.codes(model, path)
      #expect(ours.count == theirs.count)
      #expect(zip(ours, theirs).count { $0 != $1 } == 0, "\(path)")
    }
  }

  /// The output codes of our engine, of each example one output after another.
  static func codes(_ model: IntegerModel, _ path: IntegerSession.Path) -> [Int8] {
    let counts = model.inputs.map { model.operations[$0].count * examples }
    var all = randomCodes(counts.reduce(0, +))[...]
    let inputs = zip(model.inputs, counts).map { index, count in
      let grid = model.operations[index].grid.quantizedRange
      defer { all = all.dropFirst(count) }
      return all.prefix(count).map { Int8(Int32($0).saturated(to: grid)) }
    }
    let outputs = IntegerSession(model, maximumBatch: examples, path: path).codes(inputs, examples: examples)
    return (0..<examples).flatMap { example in
      outputs.flatMap { codes in
        let count = codes.count / examples
        return codes[example * count..<(example + 1) * count]
      }
    }
  }

  /// Bytes of SplitMix64 from state 0, which `make_written.py` gives the runtime, too.
  private static func randomCodes(_ count: Int) -> [Int8] {
    (1...UInt64(count)).map { index in
      var state = index &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      return Int8(Int(state >> 56) - 128)
    }
  }
}

/// What is known of a written file that ran in ONNX Runtime.
struct WrittenRecord {
  /// The SHA-256 of the file.
  let digest: String
  /// The codes that differ from ours in a default session.
  let `default`: Int
  /// The codes that differ from ours with all optimizations off.
  let off: Int

  init?(_ fixture: SafetensorsFile, _ key: String) {
    let words = fixture.metadata[key]?.split(separator: " ") ?? []
    guard words.count == 3, let ran = Int(words[1]), let off = Int(words[2]) else { return nil }
    (digest, self.default, self.off) = (String(words[0]), ran, off)
  }
}
