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
  var description: String { "\(format).\(opset.rawValue).\(inferenceType.rawValue)" }

  static let all = ONNXFormat.allCases.flatMap { format in
    ONNXOperatorSet.allCases.flatMap { opset in
      ONNXInferenceType.allCases.map { WrittenForm(format: format, opset: opset, inferenceType: $0) }
    }
  }
}

/// Files that we write, and what ONNX Runtime computes with them; see `Fixtures/make_written.py`.
@Suite struct WritingTests {
  static let examples = 20

  /// The codes of all outputs of our engine, one output after another, and those of the inputs.
  static func codes(_ model: IntegerModel) -> (inputs: [[Int8]], outputs: [[Int8]]) {
    let counts = model.inputs.map { model.operations[$0].count * examples }
    var all = randomCodes(counts.reduce(0, +))[...]
    let inputs = zip(model.inputs, counts).map { index, count in
      let grid = model.operations[index].grid.quantizedRange
      defer { all = all.dropFirst(count) }
      return all.prefix(count).map { Int8(Int32($0).saturated(to: grid)) }
    }
    return (inputs, IntegerSession(model, maximumBatch: examples).codes(inputs, examples: examples))
  }

  /// Bytes of SplitMix64 from state 0, which `make_written.py` gives the runtime, too.
  static func randomCodes(_ count: Int) -> [Int8] {
    (1...UInt64(count)).map { index in
      var state = index &* 0x9E37_79B9_7F4A_7C15
      state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      state = (state ^ (state >> 27)) &* 0x94D0_49BB_1331_11EB
      state ^= state >> 31
      return Int8(Int(state >> 56) - 128)
    }
  }

  @Test(arguments: WrittenModels.names, WrittenForm.all)
  func `ONNX Runtime ran this very file and gave every code of the model`(name: String, form: WrittenForm)
    throws
  {
    let model = try WrittenModels.model(name)
    let bytes = try model.onnxFile(
      format: form.format, opset: form.opset, inferenceType: form.inferenceType)
    let codes = Self.codes(model).outputs.flatMap(\.self).map { UInt8(bitPattern: $0) }
    // To make the fixture again, name a folder here and give it to make_written.py.
    if let folder = ProcessInfo.processInfo.environment["QAT_WRITE_ONNX"] {
      try AtomicFile.createFolder(folder)
      try AtomicFile.write(bytes, to: "\(folder)/\(name).\(form).onnx")
      try AtomicFile.write(codes, to: "\(folder)/\(name).codes")
    }
  }
}
