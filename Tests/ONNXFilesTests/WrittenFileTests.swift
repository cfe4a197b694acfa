import FixedPoint
import IntegerInference
import Testing

@testable import ONNXFiles

/// What stands in a written file, and what is refused.
@Suite struct WrittenFileTests {
  private func file(_ name: String, _ form: WrittenForm) throws -> Onnx_ModelProto {
    try Onnx_ModelProto(serializedBytes: form.file(WrittenModels.model(name)))
  }

  @Test(arguments: WrittenForm.all)
  func `a file says its versions, its maker, and a batch of any size`(form: WrittenForm) throws {
    let file = try file("two_inputs_and_outputs", form)
    #expect(file.irVersion == (form.opset == .v13 ? 7 : 10))
    #expect(file.producerName == "swift-qat")
    #expect(file.docString.contains(form.format.rawValue))
    #expect(file.opsetImport[0].version == Int64(form.opset.rawValue))
    #expect(file.graph.name == "two_inputs_and_outputs")
    for value in file.graph.input + file.graph.output {
      #expect(value.type.tensorType.shape.dim[0].dimParam == "batch")
      #expect(value.type.tensorType.elemType == (form.inferenceType == .float32 ? 1 : 3))
    }
    #expect(file.graph.input.map(\.name) == ["input_0", "input_1"])
    #expect(file.graph.output.map(\.name) == ["convolution_2", "dense_6", "sum_4"])
    #expect(file.graph.input[0].type.tensorType.shape.dim.dropFirst().map(\.dimValue) == [6, 5, 3])
  }

  @Test(arguments: WrittenModels.names, WrittenForm.all)
  func `every name of a tensor and of a node is there once`(name: String, form: WrittenForm) throws {
    let graph = try file(name, form).graph
    let tensors = graph.node.flatMap(\.output) + graph.initializer.map(\.name) + graph.input.map(\.name)
    #expect(Set(tensors).count == tensors.count)
    #expect(Set(graph.node.map(\.name)).count == graph.node.count)
    var known = Set(graph.initializer.map(\.name) + graph.input.map(\.name) + [""])
    for node in graph.node {
      #expect(node.input.allSatisfy(known.contains), "\(node.name)")
      known.formUnion(node.output)
    }
  }

  @Test func `only operators of ONNX are in a file of standard QDQ`() throws {
    for name in WrittenModels.names {
      let file = try file(name, WrittenForm(format: .standardQDQ, opset: .v13, inferenceType: .float32))
      #expect(file.opsetImport.count == 1)
      #expect(file.graph.node.allSatisfy { $0.domain.isEmpty })
    }
  }

  @Test func `weights of up to 4 bits take half a byte in operator set 21, and a byte in 13`() throws {
    let model = try WrittenModels.model("convolution_4_bits")
    for format in ONNXFormat.allCases {
      for (opset, type, size) in [(ONNXOperatorSet.v13, 3, 315), (.v21, 22, 158)] {
        let file = try Onnx_ModelProto(serializedBytes: model.onnxFile(format: format, opset: opset))
        let kernel = try #require(file.graph.initializer.first { $0.name == "convolution_1/kernel" })
        #expect(kernel.dataType == type)
        #expect(kernel.rawData.count == size)
        #expect(kernel.dims == [7, 5, 3, 3])
      }
    }
    // The lower half of a byte is the earlier element: [filter 0, channel 0, row 0, columns 0 and 1].
    let kernel = try #require(model.operations[1].kernel)
    let bytes = try Onnx_ModelProto(serializedBytes: model.onnxFile(opset: .v21)).graph.initializer
      .first { $0.name == "convolution_1/kernel" }?.rawData
    let (low, high) = (UInt8(bitPattern: kernel.intWeights[0]), UInt8(bitPattern: kernel.intWeights[35]))
    #expect(bytes?.first == low & 15 | high << 4)
  }

  @Test func `names that are empty or those of parts of others are kept apart`() throws {
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 3)
    func operation(_ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int]) -> IntegerOperation {
      IntegerOperation(name: name, kind: kind, inputs: inputs, shape: [2, 3, 4], grid: grid)
    }
    let model = try IntegerModel(
      name: "", arithmetic: .onnxRuntime,
      operations: [
        operation("x", .input, []), operation("", .sigmoid, [0]), operation("x/codes", .tanh, [1]),
        operation("x/transpose", .sigmoid, [2]), operation("unnamed", .sigmoid, [3]),
      ], outputs: [4, 1, 4, 0])
    for format in ONNXFormat.allCases {
      let graph = try Onnx_ModelProto(serializedBytes: model.onnxFile(format: format)).graph
      #expect(graph.output.map(\.name) == ["unnamed", "unnamed 2", "unnamed/output", "x/output"])
      #expect(graph.name == "model")
      let tensors = graph.node.flatMap(\.output) + graph.initializer.map(\.name) + graph.input.map(\.name)
      #expect(Set(tensors).count == tensors.count)
    }
  }

  @Test func `a note says what the file has otherwise than the model`() throws {
    func notes(
      _ name: String, _ format: ONNXFormat, _ opset: ONNXOperatorSet = .v13, avoidsSaturation: Bool = true
    ) throws -> [String] {
      var exporter = ONNXExporter(
        try WrittenModels.model(name), format: format, opset: opset, inferenceType: .float32,
        avoidsSaturation: avoidsSaturation)
      _ = try exporter.bytes()
      return exporter.notes.map(\.description)
    }
    #expect(try notes("convolution_and_dense", .qOperator) == [])
    #expect(try notes("convolution_and_dense", .qdq) == [])
    #expect(try notes("convolution_and_dense", .standardQDQ).count == 1)
    let products = try notes("convolution_and_dense", .qdq, avoidsSaturation: false)
    #expect(products.count == 1)
    #expect(products[0].hasPrefix("convolution_1: on x86-64 processors with AVX2 and without VNNI"))
    #expect(products[0].contains("of 2 other operations"))
    #expect(products[0].contains("session.x64quantprecision"))
    #expect(
      try notes("weights_of_7_bits", .qdq, avoidsSaturation: false).allSatisfy {
        $0.hasSuffix("bits are stored in 8")
      })
    #expect(
      try notes("depthwise_4_bits", .qdq) == [
        "depthwise_1: its weights of 4 bits are stored in 8; the operator set 21 has INT4"
      ])
    #expect(try notes("depthwise_4_bits", .qdq, .v21) == [])
  }

  @Test(arguments: [IntegerArithmetic.tflite, .xnnpack])
  func `a model of LiteRT's arithmetic is refused with the remedy`(arithmetic: IntegerArithmetic) throws {
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 3)
    let model = try IntegerModel(
      name: "digits", arithmetic: arithmetic,
      operations: [IntegerOperation(name: "x", kind: .input, shape: [4], grid: grid)], outputs: [0])
    let error = #expect(throws: ONNXError.self) { try model.onnxFile() }
    #expect(
      error?.description
        == "digits: the model follows the arithmetic \(arithmetic.rawValue), and an ONNX file runs in ONNX Runtime;"
        + " convert the quantized model with the arithmetic onnxRuntime")
  }

  @Test func `a constant is refused where the others have a batch`() throws {
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 3)
    func model(_ outputs: [Int]) throws -> IntegerModel {
      try IntegerModel(
        name: "m", arithmetic: .onnxRuntime,
        operations: [
          IntegerOperation(name: "x", kind: .input, shape: [2], grid: grid),
          IntegerOperation(name: "c", kind: .constant([1, 2]), shape: [2], grid: grid),
          IntegerOperation(name: "s", kind: .sigmoid, inputs: [1], shape: [2], grid: grid),
          IntegerOperation(
            name: "joined", kind: .concatenation(axis: 0), inputs: [0, 2], shape: [4], grid: grid),
        ], outputs: outputs)
    }
    let joined = #expect(throws: ONNXError.self) { try model([3]).onnxFile() }
    #expect(joined?.description.hasPrefix("m, operation 3 \"joined\": it joins the constant \"s\"") == true)
    let output = #expect(throws: ONNXError.self) { try model([0, 2]).onnxFile() }
    #expect(output?.place == "operation 2 \"s\"")
  }

  @Test func `a path that cannot be written is named`() throws {
    let model = try WrittenModels.model("relu6")
    let error = #expect(throws: ONNXError.self) { try model.write(toONNX: "/nowhere/at/all.onnx") }
    #expect(error?.description.contains("/nowhere/at/all.onnx") == true)
  }
}
