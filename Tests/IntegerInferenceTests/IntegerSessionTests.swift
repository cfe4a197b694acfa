import FixedPoint
import IntegerInference
import Support
import TestSupport
import Testing

@Suite struct IntegerSessionTests {
  private func images(_ count: Int, seed: UInt64 = 4) -> [Int8] {
    var generator = SeededGenerator(seed: seed)
    return Models.codes(count * 126, using: &generator)
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `the fast path gives the codes of the reference for a whole network`(_ arithmetic: IntegerArithmetic)
    throws
  {
    for bitWidth in [8, 4, 2] {
      let model = try Models.network(arithmetic: arithmetic, bitWidth: bitWidth)
      let images = images(33)
      let reference = IntegerSession(model, maximumBatch: 33, path: .reference)
      let fast = IntegerSession(model, maximumBatch: 33)
      let codes = reference.codes(images, examples: 33)
      #expect(fast.codes(images, examples: 33) == codes)
      // The network does not give the same whatever it reads.
      #expect(Set(reference.intermediateCodes(images)[13]).count > 10)
    }
  }

  @Test(arguments: IntegerSession.Path.allCases, [1, 2, 5, 7, 100])
  func `the codes of a session do not depend on its batch`(_ path: IntegerSession.Path, _ batch: Int) throws {
    let model = try Models.network()
    let images = images(7)
    let alone = IntegerSession(model, path: path)
    let expected = (0..<7).flatMap { example -> [Int8] in
      alone.codes(Array(images[(example * 126)..<((example + 1) * 126)]), examples: 1)
    }
    #expect(IntegerSession(model, maximumBatch: batch, path: path).codes(images, examples: 7) == expected)
  }

  @Test func `a session runs again and again`() throws {
    let session = IntegerSession(try Models.network(), maximumBatch: 3)
    let (first, second) = (images(3), images(3, seed: 5))
    let codes = session.codes(first, examples: 3)
    #expect(session.codes(second, examples: 3) != codes)
    #expect(session.codes(first, examples: 3) == codes)
    #expect(session.codes([Int8](), examples: 0).isEmpty)
  }

  @Test func `a run into memory gives the codes of the array call`() throws {
    let session = IntegerSession(try Models.network(), maximumBatch: 2)
    let images = images(5)
    var result = [Int8](repeating: 0, count: 25)
    images.withUnsafeBufferPointer { images in
      result.withUnsafeMutableBufferPointer { session.run(images, examples: 5, into: $0) }
    }
    #expect(result == session.codes(images, examples: 5))
  }

  @Test(arguments: IntegerSession.Path.allCases)
  func `several inputs and outputs come in their order`(_ path: IntegerSession.Path) throws {
    let grid = try Models.grid(0.1, 0)
    func operation(_ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int]) -> IntegerOperation {
      IntegerOperation(name: name, kind: kind, inputs: inputs, shape: [2], grid: grid)
    }
    let model = try IntegerModel(
      name: "two",
      operations: [
        operation("a", .input, []), operation("sum", .requantization(activationRange: 0...127), [0]),
        operation("b", .input, []), operation("add", .add(activationRange: -128...127), [1, 2]),
      ], outputs: [3, 0, 1])
    #expect(model.inputs == [0, 2])
    let session = IntegerSession(model, maximumBatch: 1, path: path)
    #expect(
      session.codes([[-5, 6, 7, -8], [1, 2, 3, 4]], examples: 2)
        == [[1, 8, 10, 4], [-5, 6, 7, -8], [0, 6, 7, 0]])
  }

  @Test func `a session quantizes real inputs and dequantizes outputs`() throws {
    let grid = try Models.grid(0.5, 10)
    let model = try Models.single(.reshape, from: [([3], grid)], shape: [3], grid: grid)
    let session = IntegerSession(model)
    #expect(session.logits([1, -0.3, 100, 0.2, 2, 2]) == [1, -0.5, 58.5, 0, 2, 2])
    #expect(session.classes([1, -0.3, 100, 0.2, 2, 2]) == [2, 1])  // of two equal ones the first
  }

  @Test func `a session shows the codes of every operation`() throws {
    let model = try Models.network()
    let images = images(2)
    let codes = IntegerSession(model).intermediateCodes(images)
    #expect(codes.map(\.count) == model.operations.map { 2 * $0.count })
    #expect(codes[0] == images)
    #expect(codes[17] == IntegerSession(model).codes(images, examples: 2))
    // Padding keeps what the average pooling gave.
    #expect(Set(codes[7]).isSubset(of: codes[8]))
    #expect(codes[11] == codes[10])
  }

  @Test func `one model runs in many tasks`() async throws {
    let model = try Models.network()
    let images = images(20)
    let expected = IntegerSession(model, maximumBatch: 20).codes(images, examples: 20)
    let results = await withTaskGroup(of: [Int8].self) { group in
      for task in 0..<8 {
        group.addTask {
          let session = IntegerSession(
            model, maximumBatch: task + 1, path: task % 2 == 0 ? .fast : .reference)
          return session.codes(images, examples: 20)
        }
      }
      var results: [[Int8]] = []
      for await result in group { results.append(result) }
      return results
    }
    #expect(results == [[Int8]](repeating: expected, count: 8))
  }

  static func tiny(inputs: Int = 1) throws -> IntegerModel {
    let grid = try Models.grid(1, 0)
    return try Models.single(
      .concatenation(axis: 0), from: [([Int], AffineQuantizer)](repeating: ([2], grid), count: inputs),
      shape: [2 * inputs], grid: grid)
  }

  static let mistakes = [
    Mistake("IntegerSession: expected a batch of 1 or more examples, got 0") {
      if let model = try? tiny() { _ = IntegerSession(model, maximumBatch: 0) }
    },
    Mistake("single has 1 inputs; got codes for 2") {
      if let model = try? tiny() { _ = IntegerSession(model).codes([[], []], examples: 0) }
    },
    Mistake("single: 2 examples of input input0 have 2 codes each; got 3 codes") {
      if let model = try? tiny() { _ = IntegerSession(model).codes([1, 2, 3], examples: 2) }
    },
    Mistake("single reads examples of shape [2], 2 numbers each; got 3 numbers") {
      if let model = try? tiny() { _ = IntegerSession(model).logits([1, 2, 3]) }
    },
    Mistake("single has 2 inputs and 1 outputs; use codes(_:examples:)") {
      if let model = try? tiny(inputs: 2) { _ = IntegerSession(model).classes([1, 2]) }
    },
    Mistake("Window: size and strides are counts of pixels; expected 1 or more") {
      _ = Window(size: (0, 1), sameFor: (3, 3))
    },
  ]

  @Test(arguments: mistakes.indices) func `a mistake in using a session stops the program with the reason`(
    _ index: Int
  ) async throws {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [index] in
      IntegerSessionTests.mistakes[index].body()
    }
    #expect(standardError(of: result).contains(Self.mistakes[index].message))
  }
}
