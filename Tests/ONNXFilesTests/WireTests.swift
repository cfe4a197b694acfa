import Foundation
import SwiftProtobuf
import Testing

@testable import ONNXFiles

/// The messages of our own .proto, as bytes.
@Suite struct WireTests {
  @Test func `fields have the numbers of ONNX's messages`() throws {
    var node = Onnx_NodeProto()
    node.opType = "Relu"
    node.input = ["x"]
    var graph = Onnx_GraphProto()
    graph.node = [node]
    var model = Onnx_ModelProto()
    model.irVersion = 8
    model.graph = graph
    let bytes: [UInt8] = try model.serializedBytes()
    // ir_version = 1 (varint 8); graph = 7: node = 1: input = 1 "x", op_type = 4 "Relu".
    #expect(bytes == [0x08, 8, 0x3A, 11, 0x0A, 9, 0x0A, 1, 0x78, 0x22, 4] + Array("Relu".utf8))
    #expect(try Onnx_ModelProto(serializedBytes: bytes) == model)
  }
}
