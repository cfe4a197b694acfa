import FixedPoint
import Foundation
import IntegerInference
import Safetensors
import TestSupport
import Testing

@testable import ONNXFiles

/// Models as other tools than quantize_static write them; see `Fixtures/make_handmade.py`.
@Suite struct HandmadeModelTests {
  static let names = [
    "functions", "fused", "brevitas", "torch_like", "shapes", "windows", "signs", "four_bits", "operators",
    "microsoft", "external", "two_readers",
  ]
  let fixture: SafetensorsFile

  init() throws { fixture = try SafetensorsFile(contentsOf: QuantizedModelTests.path("handmade.safetensors")) }

  @Test(arguments: names)
  func `every code equals ONNX Runtime's`(name: String) throws {
    let model = try IntegerModel(onnx: QuantizedModelTests.path("handmade/\(name).onnx"))
    let theirs: [Int8] = try fixture.values("\(name).default")
    let examples = 8
    let codes = QuantizedModelTests.codes(examples * model.operations[0].count)
    for path in IntegerSession.Path.allCases {
      let ours = IntegerSession(model, maximumBatch: examples, path: path).codes(codes, examples: examples)
      let count = zip(ours, theirs).count { $0 != $1 }
      #expect(count == 0 && ours.count == theirs.count, "\(name) \(path): \(count) of \(theirs.count)")
    }
  }
}
