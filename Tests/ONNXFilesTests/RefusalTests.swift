import FixedPoint
import Foundation
import IntegerInference
import SwiftProtobuf
import TestSupport
import Testing

@testable import ONNXFiles

/// What is not read: each ends in an error that names node, operator, cause and remedy.
@Suite struct RefusalTests {
  /// The model of digits, in QDQ format.
  private let digits: Onnx_ModelProto

  init() throws { digits = try ONNXFile(contentsOf: ReadModelTests.path("quantized/digits.onnx")).model }

  /// The message of the error that a changed model gives.
  private func message(
    _ base: Onnx_ModelProto? = nil, folder: String? = nil, _ change: (inout Onnx_ModelProto) -> Void
  ) throws -> String {
    var model = base ?? digits
    change(&model)
    let bytes: [UInt8] = try model.serializedBytes()
    do {
      _ = try IntegerModel(ONNXFile(bytes, source: "a.onnx", folder: folder))
      return "no error"
    } catch { return error.description }
  }

  private func node(_ type: String, in model: Onnx_ModelProto) -> Int {
    model.graph.node.firstIndex { $0.opType == type } ?? 0
  }

  /// Changes the constant that a node reads at a position.
  private func changeConstant(
    _ model: inout Onnx_ModelProto, of type: String, _ position: Int,
    _ change: (inout Onnx_TensorProto) -> Void
  ) {
    let name = model.graph.node[node(type, in: model)].input[position]
    guard let index = model.graph.initializer.firstIndex(where: { $0.name == name }) else { return }
    change(&model.graph.initializer[index])
  }

  @Test func `the model without changes is read`() throws {
    #expect(try message { _ in } == "no error")
  }

  @Test func `operators without integers are named with node, cause and remedy`() throws {
    func message(_ type: String, domain: String = "") throws -> String {
      try self.message { model in
        let index = node("MaxPool", in: model)
        model.graph.node[index].opType = type
        model.graph.node[index].domain = domain
      }
    }
    let unknown = try message("Einsum\u{1B}[31m")
    #expect(
      unknown.contains("node") && unknown.contains("Einsum\\u{1b}[31m \"maxpool_2_node\": "), "\(unknown)")
    #expect(
      unknown.contains("the integer engine does not have this operator; Documentation/ONNX.md"), "\(unknown)")
    let foreign = try message("MaxPool", domain: "org.example")
    #expect(
      foreign.contains("org.example.MaxPool \"maxpool_2_node\": the integer engine does not"), "\(foreign)")
    let normalization = try message("BatchNormalization")
    #expect(normalization.contains("has no integer kernel for it") && normalization.contains("fold it into"))
    #expect(try message("Sub").contains("multiply the second operand by -1"))
    #expect(try message("ConvTranspose").contains("use Resize with mode nearest"))
    #expect(try message("DynamicQuantizeLinear").contains("quantize the model statically"))
    #expect(
      try message("If").contains("the node contains graphs of its own; expected a graph without conditions"))
  }

  @Test func `functions of a file are told from unknown operators`() throws {
    let text = try message { model in
      model.functions = [.with { ($0.name, $0.domain) = ("Block", "own") }]
      let index = node("MaxPool", in: model)
      (model.graph.node[index].opType, model.graph.node[index].domain) = ("Block", "own")
    }
    #expect(text.contains("own.Block") && text.contains("onnx.inliner.inline_local_functions"), "\(text)")
  }

  @Test func `numbers without a QuantizeLinear are refused, at the output too`() throws {
    let behind = try message { model in
      // The output is that of the Gemm, without codes.
      model.graph.output[0].name = model.graph.node[node("Gemm", in: model)].output[0]
    }
    #expect(behind.contains("output value \"gemm_4_QuantizeLinear_Input\""), "\(behind)")
    #expect(behind.contains("no QuantizeLinear gives it codes; expected a QuantizeLinear and"), "\(behind)")
    let between = try message { model in
      let conv = model.graph.node[node("Conv", in: model)].output[0]
      model.graph.node[node("MaxPool", in: model)].input[0] = conv
    }
    #expect(
      between.contains("MaxPool") && between.contains("is computed with floating-point numbers"), "\(between)"
    )
    let input = try message { model in
      model.graph.node[node("Conv", in: model)].input[0] = "x"
    }
    #expect(input.contains("Conv") && input.contains("no QuantizeLinear gives it codes"), "\(input)")
  }

  @Test func `weights that are not symmetric are refused, unless their differences are codes`() throws {
    func changed(_ zeroPoint: UInt8, code: UInt8) throws -> String {
      try message { model in
        // The first DequantizeLinear of weights of one scale is that of the Gemm.
        let gemm = model.graph.node[node("Gemm", in: model)].input[1]
        let index = model.graph.node.firstIndex { $0.output == [gemm] } ?? 0
        for (position, byte) in [(0, code), (2, zeroPoint)] {
          let name = model.graph.node[index].input[position]
          let place = model.graph.initializer.firstIndex { $0.name == name } ?? 0
          let count = model.graph.initializer[place].dims.reduce(1, *)
          model.graph.initializer[place].int32Data = []
          model.graph.initializer[place].rawData = Data(repeating: byte, count: Int(count))
        }
      }
    }
    #expect(try changed(3, code: 100) == "no error")
    let text = try changed(0x80, code: 1)
    #expect(text.contains("has the zero point -128") && text.contains("is none of 8 bits"), "\(text)")
  }

  @Test func `scales and zero points that are none are named`() throws {
    for (scale, shown) in [(Float.infinity, "inf"), (0, "0.0"), (-1, "-1.0"), (.nan, "nan")] {
      let text = try message { model in
        changeConstant(&model, of: "QuantizeLinear", 1) {
          ($0.floatData, $0.dims) = ([scale], [])
          $0.clearRawData()
        }
      }
      #expect(text.contains("has scale \(shown) and zero point"), "\(text)")
    }
    let two = try message { model in
      changeConstant(&model, of: "QuantizeLinear", 1) {
        ($0.floatData, $0.dims) = ([1, 2], [2])
        $0.clearRawData()
      }
    }
    #expect(two.contains("has 2 scales; expected one"), "\(two)")
    let wide = try message { model in changeConstant(&model, of: "QuantizeLinear", 2) { $0.dataType = 5 } }
    #expect(wide.contains("its zero point has elements of type INT16; expected INT8 or UINT8"), "\(wide)")
    let beyond = try message { model in
      changeConstant(&model, of: "QuantizeLinear", 2) {
        $0.int32Data = [300]
        $0.clearRawData()
      }
    }
    #expect(beyond.contains("is 300 among its numbers; expected numbers of INT8, -128 to 127"), "\(beyond)")
    let blocks = try message { model in
      model.graph.node[node("QuantizeLinear", in: model)].attribute.append(
        .with { ($0.name, $0.i, $0.type) = ("block_size", 16, .int) })
    }
    #expect(blocks.contains("its block_size is 16; expected 0"), "\(blocks)")
  }

  @Test func `a bias on other steps than those of the accumulators is refused`() throws {
    let text = try message { model in
      let bias = model.graph.node[node("Conv", in: model)].input[2]
      let name = model.graph.node.first { $0.output == [bias] }?.input[1]
      guard let place = model.graph.initializer.firstIndex(where: { $0.name == name }) else { return }
      let count = model.graph.initializer[place].dims.first ?? 1
      model.graph.initializer[place].clearRawData()
      model.graph.initializer[place].floatData = [Float](repeating: 0.5, count: Int(count))
    }
    #expect(text.contains("has the scale 0.5 for channel 0, and accumulators there have steps of"), "\(text)")
  }

  @Test func `files that are none, or of other versions, are refused by what they are`() throws {
    func message(_ bytes: [UInt8]) -> String {
      do { return try ONNXFile(bytes, source: "a.onnx").source } catch { return error.description }
    }
    #expect(message([]).contains("a.onnx: the 0 bytes are no ONNX model"))
    #expect(message(Array("<html><body>Not found".utf8)).contains("no ONNX model"))
    #expect(try self.message { $0.opsetImport = [] }.contains("does not state a version of ONNX's operators"))
    #expect(
      try self.message { $0.opsetImport[0].version = 99 }.contains("has version 99 of ONNX's operators"))
    let folder = try TemporaryFolder()
    #expect(throws: ONNXError.self) { try IntegerModel(onnx: folder.path + "/none.onnx") }
    let path = ReadModelTests.path("quantized/digits.onnx")
    let error = #expect(throws: ONNXError.self) { try ONNXFile(contentsOf: path, limit: 100) }
    #expect(error?.description.contains("more than the 100 allowed; allow more with limit:") == true)
  }

  // MARK: - Data in other files

  @Test(arguments: [
    "/etc/hostname", "../external.data", "a/../../external.data", "./external.data", "", "a//b", "link",
  ])
  func `data outside the model's folder are refused`(location: String) throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: ReadModelTests.path("handmade/external.data"))
    let base = try ONNXFile(contentsOf: ReadModelTests.path("handmade/external.onnx")).model
    let text = try message(base, folder: folder.path) { model in
      for index in model.graph.initializer.indices {
        for entry in model.graph.initializer[index].externalData.indices
        where model.graph.initializer[index].externalData[entry].key == "location" {
          model.graph.initializer[index].externalData[entry].value = location
        }
      }
    }
    #expect(
      text.contains("which is not in the model's folder; put a copy of that file into the folder"), "\(text)")
  }

  @Test func `data in a folder below the model's are read, through links that stay there`() throws {
    let folder = try TemporaryFolder()
    let file = FileManager.default
    try file.createDirectory(atPath: folder.path + "/below", withIntermediateDirectories: true)
    try file.copyItem(
      atPath: ReadModelTests.path("handmade/external.data"), toPath: folder.path + "/below/data")
    try file.createSymbolicLink(
      atPath: folder.path + "/external.data", withDestinationPath: folder.path + "/below/data")
    let base = try ONNXFile(contentsOf: ReadModelTests.path("handmade/external.onnx")).model
    #expect(try message(base, folder: folder.path) { _ in } == "no error")
    #expect(
      try message(base) { _ in }.contains("the model was not read from one; read the model by its path"))
  }

  @Test func `places and lengths in other files are checked`() throws {
    let base = try ONNXFile(contentsOf: ReadModelTests.path("handmade/external.onnx")).model
    func message(_ key: String, _ value: String) throws -> String {
      try self.message(base, folder: ReadModelTests.path("handmade")) { model in
        for index in model.graph.initializer.indices
        where !model.graph.initializer[index].externalData.isEmpty {
          model.graph.initializer[index].externalData.append(.with { ($0.key, $0.value) = (key, value) })
        }
      }
    }
    #expect(
      try message("offset", "999999").contains("begin at byte 999999 of a file that ends before they do"))
    #expect(try message("offset", "9223372036854775807").contains("ends before they do"))
    #expect(try message("offset", "-1").contains("have the offset \"-1\"; expected a number of bytes"))
    #expect(try message("length", "3").contains("have 3 bytes; expected"))
    #expect(try message("location", "none.data").contains("cannot be read"))
  }
}
