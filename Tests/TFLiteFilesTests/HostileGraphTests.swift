import IntegerInference
import Testing

@testable import TFLiteFiles

/// Graphs whose shapes no model has: they are refused before anything is computed with them.
@Suite struct HostileGraphTests {
  /// A file of an input of shape [1, 4, 4, 3], more tensors, and operators.
  private struct Graph {
    var tensors = [Self.codes([1, 4, 4, 3])]
    var operators: [TFLiteFile.Operator] = []

    static func codes(_ shape: [Int]) -> TFLiteFile.Tensor {
      .init(name: "", type: .int8, shape: shape, scales: [0.1], zeroPoints: [0])
    }

    /// Adds a tensor, and returns its index.
    mutating func add(_ tensor: TFLiteFile.Tensor) -> Int {
      tensors.append(tensor)
      return tensors.count - 1
    }

    mutating func constant(_ values: [Int], wide: Bool = false) -> Int {
      let bytes =
        wide
        ? values.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } }
        : values.map { Int32($0) }.littleEndianBytes
      return add(
        .init(name: "", type: wide ? .int64 : .int32, shape: [values.count], constant: bytes[...]))
    }

    /// Adds an operator with one output of a stated shape, and returns that.
    mutating func add(
      _ operation: TFLiteOperation, _ inputs: [Int], _ shape: [Int] = [1], numbers: Bool = false,
      options: TFLiteOptions = TFLiteOptions()
    ) -> Int {
      let output = add(numbers ? .init(name: "", type: .int32, shape: shape) : Self.codes(shape))
      operators.append(
        .init(code: TFLiteOperatorCode(operation), inputs: inputs, outputs: [output], options: options))
      return output
    }

    /// The message of the error that the graph's model ends in.
    func message(output: Int) -> String {
      let file = TFLiteFile(
        source: "a.tflite", description: "",
        subgraphs: [
          .init(name: "main", tensors: tensors, operators: operators, inputs: [0], outputs: [output])
        ])
      do {
        _ = try IntegerModel(file)
        return "no error"
      } catch { return error.description }
    }
  }

  @Test func `shapes that are packed again and again are refused`() {
    var graph = Graph()
    var numbers = graph.add(.shape, [0], [4], numbers: true)
    for _ in 0..<40 { numbers = graph.add(.pack, [numbers, numbers], numbers: true) }
    #expect(graph.message(output: numbers).contains("PACK: its input is made of shapes"))
  }

  @Test func `an axis that only a stated shape has is refused`() {
    var graph = Graph()
    let rectified = graph.add(.relu, [0], [1, 1, 1, 4, 4, 3])
    let axis = graph.constant([4])
    let part = graph.add(.split, [axis, rectified])
    let message = graph.message(output: part)
    #expect(message.contains("SPLIT: its axis is 4; expected an axis of an example"), "\(message)")
  }

  @Test func `extents that grow beyond what can be counted are refused`() {
    var tiles = Graph()
    var tensor = 0
    let multiples = tiles.constant([1, 256, 1, 1])
    for _ in 0..<9 { tensor = tiles.add(.tile, [tensor, multiples], [1, 1, 1, 1]) }
    #expect(tiles.message(output: tensor).contains("is impossible"))
    var resized = Graph()
    let size = resized.constant([Int(Int32.max), Int(Int32.max)])
    let image = resized.add(.resizeNearestNeighbor, [0, size], [1, 1, 1, 3])
    #expect(resized.message(output: image).contains("the shape [2147483647, 2147483647, 3] is impossible"))
  }

  @Test func `numbers of 64 bits that 32 bits do not hold are refused`() {
    var graph = Graph()
    let (begin, end) = (graph.constant([0, 0, 0, 0], wide: true), graph.constant([1, 4, 4, 3], wide: true))
    let strides = graph.constant([1, .min, 1, 1], wide: true)
    let part = graph.add(
      .stridedSlice, [0, begin, end, strides], [1, 4, 4, 3], options: TFLiteOptions(type: 32))
    let message = graph.message(output: part)
    #expect(message.contains("STRIDED_SLICE: its strides is") && message.contains("32 bits"), "\(message)")
  }

  @Test func `repetitions of a shape are refused, not taken for the shape`() {
    var graph = Graph()
    let numbers = graph.add(.shape, [0], [4], numbers: true)
    let tiled = graph.add(.tile, [numbers, graph.constant([2])], [8], numbers: true)
    #expect(graph.message(output: tiled).contains("TILE: its input is made of shapes"))
  }

  @Test func `an output without channels is refused before anything is divided by them`() {
    var graph = Graph()
    let shape = graph.constant([1, 4, 4, 0])
    let resized = graph.add(.reshape, [0, shape], [1, 4, 4, 0], options: TFLiteOptions(type: 17))
    #expect(graph.message(output: resized).contains("RESHAPE: its output has shape [1, 4, 4, 0]"))
  }
}
