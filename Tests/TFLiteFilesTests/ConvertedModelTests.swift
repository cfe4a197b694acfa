import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import TestSupport
import Testing

@testable import TFLiteFiles

/// Keras models as TensorFlow's converter writes them; see `Fixtures/make_converted.py`.
@Suite struct ConvertedModelTests {
  static let names = [
    "activations", "arithmetic", "bilinear", "constants", "dilated", "dilated_of_one", "efficientnet",
    "flatten", "grouped", "mobilenet_v2", "mobilenet_v3", "movement", "rectified", "resnet", "splits",
    "splits_of_one",
    "squeeze",
    "u_net", "u_net_of_one",
    "unsigned_ends",
    "upsampling", "upsampling_of_one",
  ]
  let fixture: SafetensorsFile

  init() throws { fixture = try SafetensorsFile(contentsOf: Self.path("converted.safetensors")) }

  static func path(_ name: String) throws -> String {
    try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil)).path + "/" + name
  }

  @Test(arguments: names, [IntegerArithmetic.tflite, .xnnpack])
  func `every code equals LiteRT's`(name: String, arithmetic: IntegerArithmetic) throws {
    // LiteRT's reference kernels refuse TILE of version 3, so two models have no codes of theirs.
    if arithmetic == .tflite, name.hasPrefix("upsampling") {
      return #expect(fixture["\(name).tflite"] == nil)
    }
    guard (name, arithmetic) != ("u_net", .xnnpack) else {
      let error = #expect(throws: TFLiteError.self) {
        try IntegerModel(tflite: Self.path("converted/u_net.tflite"), arithmetic: .xnnpack)
      }
      #expect(error?.description.contains("Convert the model with a batch of 1") == true)
      return
    }
    let model = try IntegerModel(tflite: Self.path("converted/\(name).tflite"), arithmetic: arithmetic)
    let theirs: [Int8] = try fixture.values("\(name).\(arithmetic.rawValue)")
    let examples = 8
    let codes = RealModelTests.codes(examples * model.operations[0].count)
    for path in IntegerSession.Path.allCases {
      let ours = IntegerSession(model, maximumBatch: examples, path: path).codes(codes, examples: examples)
      #expect(zip(ours, theirs).count { $0 != $1 } == 0 && ours.count == theirs.count, "\(path)")
    }
  }

  @Test func `float ends are the grids of the codes behind them`() throws {
    let floats = try IntegerModel(tflite: Self.path("converted/float_ends.tflite"))
    let codes = try IntegerModel(tflite: Self.path("converted/flatten.tflite"))
    #expect(floats.operations.map(\.grid) == codes.operations.map(\.grid))
    #expect(floats.operations.map(\.kind) == codes.operations.map(\.kind))
  }

  @Test(arguments: names)
  func `read, written and read again, the model is the same`(name: String) throws {
    let model = try IntegerModel(tflite: Self.path("converted/\(name).tflite"))
    let again = try IntegerModel(TFLiteFile(model.tfliteFile().bytes, source: name))
    #expect(again == model)
  }
}
