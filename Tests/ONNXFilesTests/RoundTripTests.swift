import FixedPoint
import IntegerInference
import Testing

@testable import ONNXFiles

/// Models that are written, and read again.
@Suite struct RoundTripTests {
  /// The files of a model in the forms in which it can be written, by the form.
  static func files(_ model: IntegerModel) throws -> [(form: String, file: ONNXFile)] {
    try ONNXFormat.allCases.flatMap { format in
      try [(ONNXOperatorSet.v13, ONNXInferenceType.float32), (.v21, .float32), (.v13, .int8)].map {
        opset, type in
        let bytes = try model.onnxFile(format: format, opset: opset, inferenceType: type)
        let form = "\(model.name), \(format), \(opset), \(type)"
        return (form, try ONNXFile(bytes, source: form))
      }
    }
  }

  @Test(arguments: WrittenModels.names)
  func `a model that is written and read again gives the same codes`(name: String) throws {
    let model = try WrittenModels.model(name)
    let inputs = model.inputs.map { index in
      let range = model.operations[index].grid.quantizedRange
      return ReadModelTests.codes(4 * model.operations[index].count).map {
        Int8(Int32($0).saturated(to: range))
      }
    }
    let codes = IntegerSession(model, maximumBatch: 4).codes(inputs, examples: 4)
    for (form, file) in try Self.files(model) {
      guard file.model.graph.node.contains(where: { $0.opType.contains("Linear") || $0.opType == "QGemm" })
      else {
        // A file of codes that are only moved has no grid.
        let error = #expect(throws: ONNXError.self) { try IntegerModel(file) }
        #expect(error?.description.contains("no QuantizeLinear gives it codes") == true, "\(form)")
        continue
      }
      let again = try IntegerModel(file)
      #expect(
        again.inputs.map { again.operations[$0].shape } == model.inputs.map { model.operations[$0].shape })
      for (index, other) in zip(again.inputs, model.inputs) {
        #expect(again.operations[index].grid.scale == model.operations[other].grid.scale)
        #expect(again.operations[index].grid.zeroPoint == model.operations[other].grid.zeroPoint)
      }
      #expect(
        again.outputs.map { again.operations[$0].name } == file.model.graph.output.map(\.name), "\(form)")
      let ours = IntegerSession(again, maximumBatch: 4).codes(inputs, examples: 4)
      #expect(ours == codes, "\(form)")
    }
  }
}
