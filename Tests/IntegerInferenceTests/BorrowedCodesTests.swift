import FixedPoint
import IntegerInference
import Support
import Testing

/// A session reads and writes codes in the caller's memory, and no byte beyond them.
@Suite struct BorrowedCodesTests {
  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func `nothing beyond the codes is read or written`(_ instructions: InstructionSet) throws {
    var random = RandomModels(seed: 3, arithmetic: .xnnpack)
    var models: [IntegerModel?] = [
      try random.dense(inputs: 70, units: 19), try random.dense(inputs: 33, units: 8),
      try random.transposed(of: [5, 6, 7], filters: 9, atMost: 3, strides: 2),
    ]
    for channels in [1, 3, 8, 16, 17, 40] {
      for window in [Window(size: (1, 1)), Window(size: (3, 3)), Window(size: (3, 3), sameFor: (40, 40))] {
        models.append(
          try random.convolution(of: [40, 40, channels], filters: 11, window: window, pooled: false))
        models.append(
          try random.convolution(of: [40, 40, channels], filters: 11, window: window, pooled: true))
      }
      let depthwise = try random.depthwise(
        of: [12, 13, channels], multiplier: 1, window: Window(size: (3, 3), sameFor: (12, 13)))
      models.append(try depthwise.map(Self.firstOperation))
    }
    for model in models.compactMap(\.self) {
      let session = IntegerSession(model, maximumBatch: 2, instructions: instructions)
      let codes = random.codes(3 * model.operations[0].count)
      let expected = IntegerSession(model, path: .reference).codes([codes], examples: 3)[0]
      let guarded = try GuardedBytes(codes)
      let result = try GuardedBytes([Int8](repeating: 0, count: expected.count))
      session.run(UnsafeBufferPointer(guarded.codes), examples: 3, into: result.codes)
      let shape = "\(model.name), \(model.operations[0].shape)"
      #expect(zip(result.codes, expected).allSatisfy { $0 == $1 }, "\(shape)")
      // Afterwards the session has its own memory again.
      #expect(zip(session.codes([codes], examples: 3)[0], expected).allSatisfy { $0 == $1 }, "\(shape)")
      #expect(zip(guarded.codes, codes).allSatisfy { $0 == $1 }, "\(shape)")
    }
  }

  @Test func `overlapping memory is refused`() async {
    await #expect(processExitsWith: .failure) {
      var random = RandomModels(seed: 3, arithmetic: .xnnpack)
      let model = try random.dense(inputs: 8, units: 8)
      var codes = [Int8](repeating: 1, count: 12)
      codes.withUnsafeMutableBufferPointer { codes in
        IntegerSession(model).run(
          UnsafeBufferPointer(rebasing: codes[0..<8]), examples: 1,
          into: UnsafeMutableBufferPointer(rebasing: codes[4..<12]))
      }
    }
  }

  @Test func `a model whose output is its input gives its codes back`() throws {
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 0)
    let input = IntegerOperation(name: "input", kind: .input, shape: [4], grid: grid)
    for path in IntegerSession.Path.allCases {
      let model = try IntegerModel(
        name: "none", arithmetic: .tflite, operations: [input], outputs: [0])
      var result = [Int8](repeating: 0, count: 4)
      let codes: [Int8] = [-128, 3, 5, 127]
      codes.withUnsafeBufferPointer { codes in
        result.withUnsafeMutableBufferPointer {
          IntegerSession(model, path: path).run(codes, examples: 1, into: $0)
        }
      }
      #expect(result == codes)
    }
  }

  /// The model without the pooling behind its first operation.
  private static func firstOperation(_ model: IntegerModel) throws -> IntegerModel {
    try IntegerModel(
      name: model.name, arithmetic: model.arithmetic, operations: Array(model.operations[0...1]),
      outputs: [1])
  }
}
