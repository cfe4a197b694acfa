import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import Support
import TestSupport
import Testing

@testable import TFLiteFiles

/// Files that we write, and what LiteRT computes with them; see `Fixtures/make_written.py`.
@Suite struct WritingTests {
  let fixture: SafetensorsFile

  init() throws {
    let url = try #require(
      Bundle.module.url(forResource: "written", withExtension: "safetensors", subdirectory: "Fixtures"))
    fixture = try SafetensorsFile(contentsOf: url.path)
  }

  @Test(arguments: WrittenModels.names, [IntegerArithmetic.tflite, .xnnpack])
  func `LiteRT ran this very file and gave every code of the model`(
    name: String, arithmetic: IntegerArithmetic
  ) throws {
    let (model, key) = (try WrittenModels.model(name, arithmetic), "\(name).\(arithmetic.rawValue)")
    let bytes = try model.tfliteFile().bytes
    // To make the fixture again, name a folder here and give it to make_written.py.
    if let folder = ProcessInfo.processInfo.environment["QAT_WRITE_TFLITE"] {
      try AtomicFile.createFolder(folder)
      try AtomicFile.write(bytes, to: "\(folder)/\(key).tflite")
    }
    #expect(SHA256.hex(bytes) == fixture.metadata[key])
    let theirs: [Int8] = try fixture.values(key)
    let examples = theirs.count / model.operations[model.outputs[0]].count
    let codes = RealModelTests.codes(examples * model.operations[0].count)
    for path in IntegerSession.Path.allCases {
      let ours = IntegerSession(model, maximumBatch: 16, path: path).codes(codes, examples: examples)
      #expect(zip(ours, theirs).count { $0 != $1 } == 0, "\(path)")
    }
  }

  @Test(arguments: WrittenModels.names, [TFLiteInferenceType.int8, .float32])
  func `what was written is read back with the same codes`(name: String, inferenceType: TFLiteInferenceType)
    throws
  {
    let model = try WrittenModels.model(name, .tflite)
    let file = try model.tfliteFile(inferenceType: inferenceType)
    let read = try TFLiteFile(file.bytes, source: name)
    #expect(read == file)
    let again = try IntegerModel(read)
    let codes = RealModelTests.codes(7 * model.operations[0].count)
    #expect(
      IntegerSession(again, maximumBatch: 7).codes(codes, examples: 7)
        == IntegerSession(model, maximumBatch: 7).codes(codes, examples: 7))
    let once = try again.tfliteFile(inferenceType: inferenceType)
    #expect(try IntegerModel(TFLiteFile(once.bytes, source: name)) == again)
  }

  @Test func `INT4 weights that LiteRT's default interpreter keeps from XNNPACK are not read as XNNPACK's`()
    throws
  {
    for name in ["convolution_4_bits", "depthwise_4_bits", "dense_4_bits"] {
      let file = try WrittenModels.model(name, .tflite).tfliteFile()
      let error = #expect(throws: TFLiteError.self) { try IntegerModel(file, arithmetic: .xnnpack) }
      #expect(error?.description.contains("read it with the arithmetic tflite") == true)
    }
    let even = try WrittenModels.model("dense_4_bits_even", .tflite).tfliteFile()
    #expect(try IntegerModel(even, arithmetic: .xnnpack).operations[1].kernel?.bitWidth == 4)
  }
}
