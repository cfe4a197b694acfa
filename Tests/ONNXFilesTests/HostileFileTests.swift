import Foundation
import IntegerInference
import Support
import SwiftProtobuf
import Testing

@testable import ONNXFiles

/// Files that are damaged or made to harm: each is refused by an error, or read.
@Suite struct HostileFileTests {
  private static func model(_ name: String) throws -> Onnx_ModelProto {
    try ONNXFile(contentsOf: ReadModelTests.path(name + ".onnx")).model
  }

  private func message(_ model: Onnx_ModelProto) throws -> String {
    let bytes: [UInt8] = try model.serializedBytes()
    do {
      _ = try IntegerModel(ONNXFile(bytes, source: "a.onnx"))
      return "no error"
    } catch { return error.description }
  }

  @Test
  func `a file that was cut short is refused, wherever, unless only the version of other operators is lost`()
    throws
  {
    let whole: [UInt8] = try Self.model("handmade/operators").serializedBytes()
    var read: [Int] = []
    for count in 0..<whole.count {
      guard let file = try? ONNXFile(Array(whole.prefix(count)), source: "cut") else { continue }
      if (try? IntegerModel(file)) != nil { read.append(whole.count - count) }
    }
    #expect(read.allSatisfy { $0 <= 20 }, "\(read)")
  }

  @Test(arguments: [UInt8(0), 0x7F, 0xFF])
  func `a file with any byte replaced is refused or read`(byte: UInt8) throws {
    let whole: [UInt8] = try Self.model("handmade/four_bits").serializedBytes()
    for index in whole.indices {
      var bytes = whole
      bytes[index] = byte
      guard let file = try? ONNXFile(bytes, source: "damaged") else { continue }
      _ = try? IntegerModel(file)
    }
  }

  @Test func `models whose parts were exchanged at random are refused or read`() throws {
    let models = try ReadModelTests.names.map { try Self.model($0) }
    var generator = SeededGenerator(seed: 20_261_129)
    var read = 0
    for _ in 0..<1000 {
      var model = models[generator.below(models.count)]
      for _ in 0...generator.below(3) { model.graph.damage(&generator) }
      if try message(model) == "no error" { read += 1 }
    }
    // Some changes do no harm; most are refused.
    #expect((50...700).contains(read), "\(read)")
  }

  @Test func `a file of many empty parts is refused before they take memory`() {
    // graph = 7: node = 1, empty, 1,100,000 times.
    let graph: [UInt8] = (0..<2_200_000).map { $0 % 2 == 0 ? 0x0A : 0 }
    var length: [UInt8] = []
    var rest = graph.count
    while rest > 0x7F {
      length.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    let bytes = [0x08, 8, 0x3A] + length + [UInt8(rest)] + graph
    let error = #expect(throws: ONNXError.self) { try ONNXFile(bytes, source: "a.onnx") }
    #expect(error?.description.contains("has more than 1048576 nodes, attributes, names") == true)
  }

  @Test func `a constant that many nodes read is not copied for each`() throws {
    var model = try Self.model("handmade/microsoft")
    let graph = model.graph
    let dequantize = try #require(
      graph.node.first { $0.opType == "DequantizeLinear" && $0.input[0].hasPrefix("c") })
    let place = try #require(graph.initializer.firstIndex { $0.name == dequantize.input[0] })
    // 256 KiB of weights, read by 40 nodes of some bytes each, then by 4,000.
    model.graph.initializer[place].dims = [4, 1 << 16]
    model.graph.initializer[place].rawData = Data(count: 1 << 18)
    for number in 0..<4000 {
      var node = dequantize
      node.output = ["w\(number)"]
      model.graph.node.insert(node, at: 0)
    }
    let text = try message(model)
    #expect(text.contains("its nodes would copy constants to more than"), "\(text)")
  }

  @Test func `extents that no memory holds are refused`() throws {
    var model = try Self.model("quantized/digits")
    model.graph.input[0].type.tensorType.shape.dim[1].dimValue = 1 << 62
    #expect(try message(model).contains("its input has shape [0, 4611686018427387904, 10, 12]"))
    model = try Self.model("quantized/digits")
    model.graph.input[0].type.tensorType.shape.dim[2].dimValue = 1 << 30
    #expect(try message(model).contains("is impossible"))
    model = try Self.model("quantized/digits")
    for index in model.graph.initializer.indices { model.graph.initializer[index].dims = [1 << 31, 1 << 31] }
    #expect(try message(model).contains("the shape [2147483648, 2147483648] is impossible"))
  }

  @Test func `graphs that go in circles, and names that stand twice, are refused`() throws {
    var model = try Self.model("quantized/digits")
    let conv = try #require(model.graph.node.firstIndex { $0.opType == "Conv" })
    let last = try #require(model.graph.node.last)
    model.graph.node[conv].input[0] = last.output[0]
    let circle = try message(model)
    #expect(circle.contains("which no node before it writes; expected nodes in the order"), "\(circle)")
    model = try Self.model("quantized/digits")
    model.graph.node[conv].output[0] = model.graph.initializer[0].name
    #expect(try message(model).contains("two values have the name"))
    model = try Self.model("quantized/digits")
    model.graph.initializer.append(model.graph.initializer[0])
    #expect(try message(model).contains("two values have the name"))
  }

  @Test func `messages within messages are followed only as deep as ONNX has them`() {
    // An attribute's graph (field 6) in an attribute, a thousand deep: a field that is not read.
    var bytes: [UInt8] = []
    for _ in 0..<1000 {
      var length: [UInt8] = []
      var rest = bytes.count
      while rest > 0x7F {
        length.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
      }
      bytes = [0x32] + length + [UInt8(rest)] + bytes
    }
    #expect(throws: ONNXError.self) { try ONNXFile(bytes, source: "deep") }
  }
}

extension Onnx_GraphProto {
  /// Exchanges a name, a number, an attribute or a node by another.
  fileprivate mutating func damage(_ generator: inout SeededGenerator) {
    guard !node.isEmpty, !initializer.isEmpty else { return }
    let (one, other) = (generator.below(node.count), generator.below(node.count))
    let constant = generator.below(initializer.count)
    switch generator.below(10) {
    case 0: node[one].opType = node[other].opType
    case 1: if let name = node[other].input.first, !node[one].input.isEmpty { node[one].input[0] = name }
    case 2:
      guard !node[one].input.isEmpty else { return }
      node[one].input[generator.below(node[one].input.count)] = initializer[constant].name
    case 3: if !node[one].input.isEmpty { node[one].input.removeLast() }
    case 4:
      guard !node[one].attribute.isEmpty else { return }
      let attribute = generator.below(node[one].attribute.count)
      let numbers: [Int64] = [-1, 0, 1, 2, 3, 4, 7, 1 << 31, .max, .min]
      node[one].attribute[attribute].i = numbers[generator.below(numbers.count)]
      for index in node[one].attribute[attribute].ints.indices where generator.below(3) == 0 {
        node[one].attribute[attribute].ints[index] = numbers[generator.below(numbers.count)]
      }
    case 5: initializer[constant].dims = initializer[generator.below(initializer.count)].dims
    case 6: initializer[constant].dataType = Int32(generator.below(24))
    case 7:
      guard !initializer[constant].rawData.isEmpty else { return }
      let count = initializer[constant].rawData.count
      initializer[constant].rawData[generator.below(count)] = UInt8(generator.below(256))
    case 8: node.swapAt(one, other)
    default:
      guard !input.isEmpty, !input[0].type.tensorType.shape.dim.isEmpty else { return }
      let axis = generator.below(input[0].type.tensorType.shape.dim.count)
      input[0].type.tensorType.shape.dim[axis].dimValue = Int64(generator.below(14))
    }
  }
}
