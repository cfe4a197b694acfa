import Foundation
import IntegerInference
import Safetensors
import Support
import TestSupport
import Testing

@testable import TFLiteFiles

/// Files that others made, and what LiteRT and TFLite Micro compute with them; see `Fixtures/make_real_models.py`.
@Suite(.enabled(if: DataFolder.models != nil, "name the folder of the .tflite files in QAT_MODELS"))
struct RealModelTests {
  static let names = [
    "ad01_int8", "hello_world_int8", "kws_ref_model", "micro_speech_quantized", "person_detect",
    "pretrainedResnet_quant",
  ]
  private static let takesAll = ProcessInfo.processInfo.environment["QAT_MODELS_WHOLE"] != nil
  let folder: String
  let fixture: SafetensorsFile

  init() throws {
    folder = try #require(DataFolder.models)
    let url = try #require(
      Bundle.module.url(
        forResource: "real_models", withExtension: "safetensors", subdirectory: "Fixtures"))
    fixture = try SafetensorsFile(contentsOf: url.path)
  }

  /// The codes that `make_real_models.py` gives the runtimes: bytes of SplitMix64 from state 0.
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
  func `the files are those of the fixture`(name: String) throws {
    let bytes = try AtomicFile.read("\(folder)/\(name).tflite")
    #expect(SHA256.hex(bytes) == fixture.metadata[name])
  }

  @Test(arguments: names, ["reference", "litert", "micro"])
  func `every code equals the runtime's, on both paths and all instruction sets`(
    name: String, runtime: String
  ) throws {
    // LiteRT refuses one file, which TFLite Micro runs.
    guard (name == "person_detect") == (runtime == "micro") else {
      return #expect(fixture["\(name)/\(runtime)"] == nil)
    }
    let expected = try #require(fixture["\(name)/\(runtime)"])
    let model = try IntegerModel(
      tflite: "\(folder)/\(name).tflite", arithmetic: runtime == "litert" ? .xnnpack : .tflite)
    let examples = expected.shape[0]
    let codes = Self.codes(examples * model.operations[0].count)
    let theirs: [Int8] = try fixture.values("\(name)/\(runtime)")
    for instructions in InstructionSet.allCases where instructions.isAvailable {
      // All examples with the best instructions, and some with the others, which are slower, unless all are asked for.
      let count = instructions == .best || Self.takesAll ? examples : min(examples, 64)
      let session = IntegerSession(model, maximumBatch: 32, instructions: instructions)
      let ours = session.codes(Array(codes.prefix(count * model.operations[0].count)), examples: count)
      #expect(ours == Array(theirs.prefix(ours.count)), "fast path, \(instructions)")
    }
    let few = Self.takesAll ? examples : min(examples, 10)
    let readable = IntegerSession(model, maximumBatch: few, path: .reference)
    let ours = readable.codes(Array(codes.prefix(few * model.operations[0].count)), examples: few)
    #expect(ours == Array(theirs.prefix(ours.count)), "readable path")
  }

  @Test func `the parts of a file are as other tools show them`() throws {
    let file = try TFLiteFile(contentsOf: "\(folder)/kws_ref_model.tflite")
    let graph = try #require(file.subgraphs.first)
    #expect(file.description == "MLIR Converted." && file.byteCount == 53_936 && graph.name == "main")
    var names = ["CONV_2D"]
    for _ in 0..<4 { names += ["DEPTHWISE_CONV_2D", "CONV_2D"] }
    names += ["AVERAGE_POOL_2D", "RESHAPE", "FULLY_CONNECTED", "SOFTMAX"]
    #expect(graph.operators.map(\.code.name) == names)
    let input = graph.tensors[graph.inputs[0]]
    #expect(input.type == .int8 && input.shape == [1, 49, 10, 1])
  }

  @Test(arguments: ["kws_ref_model_float32", "pretrainedResnet"])
  func `a model of floating-point numbers is shown and not run`(name: String) throws {
    let file = try TFLiteFile(contentsOf: "\(folder)/\(name).tflite")
    #expect(file.subgraphs[0].tensors.contains { $0.type == .float32 && $0.constant != nil })
    let error = #expect(throws: TFLiteError.self) { try IntegerModel(file) }
    let message = error?.description ?? ""
    #expect(message.contains("FLOAT32, and no QUANTIZE reads it"), "\(message)")
    #expect(message.contains("full integer quantization"), "\(message)")
  }
}
