import FixedPoint
import IntegerInference
import Testing

/// Operations that move codes without computing.
@Suite struct ShapeOperationTests {
  @Test func `padding puts the zero point around images`() throws {
    let grid = try Models.grid(0.1, -7)
    let model = try Models.single(
      .padding(.init(top: 1, left: 2, bottom: 0, right: 1)), from: [([2, 1, 2], grid)], shape: [3, 4, 2],
      grid: grid)
    let z: Int8 = -7
    #expect(
      IntegerSession(model, maximumBatch: 2).codes([1, 2, 3, 4, 5, 6, 7, 8], examples: 2) == [
        z, z, z, z, z, z, z, z, z, z, z, z, 1, 2, z, z, z, z, z, z, 3, 4, z, z,
        z, z, z, z, z, z, z, z, z, z, z, z, 5, 6, z, z, z, z, z, z, 7, 8, z, z,
      ])
  }

  @Test func `concatenation interleaves the runs of its inputs`() throws {
    let grid = try Models.grid(0.1, 0)
    let inputs = [[1, 2, 3, 4], [5, 6, 7, 8, 9, 10, 11, 12]].map { $0.map { Int8($0) } }
    func result(axis: Int, _ shapes: [[Int]], _ shape: [Int]) throws -> [Int8] {
      let model = try Models.single(
        .concatenation(axis: axis), from: shapes.map { ($0, grid) }, shape: shape, grid: grid)
      return IntegerSession(model).codes(inputs, examples: 1)[0]
    }
    #expect(
      try result(axis: 1, [[2, 2], [2, 4]], [2, 6]) == [1, 2, 5, 6, 7, 8, 3, 4, 9, 10, 11, 12])
    #expect(try result(axis: 0, [[1, 4], [2, 4]], [3, 4]) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    // From the end, and kept as counted from 0, so that files and equality know one spelling.
    #expect(
      try result(axis: -1, [[2, 2], [2, 4]], [2, 6]) == result(axis: 1, [[2, 2], [2, 4]], [2, 6]))
    let last = IntegerOperation(name: "c", kind: .concatenation(axis: -2), shape: [3, 4], grid: grid)
    #expect(last.kind == .concatenation(axis: 0))
  }

  @Test func `reshaping keeps the codes`() throws {
    let grid = try Models.grid(0.1, 0)
    let model = try Models.single(.reshape, from: [([2, 3], grid)], shape: [6], grid: grid)
    #expect(IntegerSession(model).codes([1, 2, 3, 4, 5, 6], examples: 1) == [1, 2, 3, 4, 5, 6])
  }
}
