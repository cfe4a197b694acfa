import FixedPoint
import IntegerInference
import Platform
import Support
import Testing

/// Probabilities in 256 steps, by fixed point and by table.
@Suite struct SoftmaxTests {
  private func model(
    rows: Int, classes: Int, scale: Float, _ arithmetic: IntegerArithmetic
  ) throws -> IntegerModel {
    try Models.single(
      .softmax, from: [([rows, classes], try Models.grid(scale, 11))], shape: [rows, classes],
      grid: try Models.grid(0x1p-8, -128), arithmetic: arithmetic)
  }

  /// The probabilities of a row in 64-bit floats, in steps of 1/256.
  private func exact(_ row: ArraySlice<Int8>, scale: Float) -> [Double] {
    let largest = Double(row.max() ?? 0)
    let exponentials = row.map { exp((Double($0) - largest) * Double(scale)) }
    let sum = exponentials.reduce(0, +)
    return exponentials.map { 256 * $0 / sum }
  }

  @Test(arguments: [0.003, 0.05, 0.1, 1, 40] as [Float], IntegerArithmetic.allCases)
  func `every pair of logits has the nearest probabilities`(_ scale: Float, _ arithmetic: IntegerArithmetic)
    throws
  {
    let model = try model(rows: 65536, classes: 2, scale: scale, arithmetic)
    let all = (-128...127).map { Int8($0) }
    let logits = all.flatMap { a in all.flatMap { b in [a, b] } }
    let codes = IntegerSession(model).codes(logits, examples: 1)
    var farthest = 0.0
    for row in 0..<65536 {
      for (index, share) in exact(logits[(2 * row)..<(2 * row + 2)], scale: scale).enumerated() {
        farthest = max(farthest, abs(min(share, 255) - Double(codes[2 * row + index]) - 128))
      }
    }
    #expect(farthest <= 0.5 + 1e-3)  // half a step, and the errors of 32-bit arithmetic
  }

  @Test(arguments: [1, 3, 10, 100, 1000], IntegerArithmetic.allCases)
  func `probabilities have the order of their logits and add up to 1`(
    _ classes: Int, _ arithmetic: IntegerArithmetic
  ) throws {
    var generator = SeededGenerator(seed: 5)
    let session = IntegerSession(try model(rows: 50, classes: classes, scale: 0.08, arithmetic))
    let logits = Models.codes(50 * classes, using: &generator)
    let codes = session.codes(logits, examples: 1)
    for row in 0..<50 {
      let places = (row * classes)..<((row + 1) * classes)
      for (index, share) in zip(places, exact(logits[places], scale: 0.08)) {
        #expect(abs(min(share, 255) - Double(codes[index]) - 128) <= 0.51)
      }
      let order = places.sorted { logits[$0] < logits[$1] }
      #expect(zip(order, order.dropFirst()).allSatisfy { codes[$0] <= codes[$1] })
    }
  }

  @Test func `more classes than the fixed-point sum has room for are refused`() throws {
    #expect(throws: IntegerModelError.self) {
      try model(rows: 1, classes: 4096, scale: 0.1, .tflite)
    }
    let flat = IntegerSession(try model(rows: 1, classes: 4095, scale: 0.1, .tflite))
    // 256/4095 rounds to 0 steps.
    #expect(
      flat.codes([Int8](repeating: 127, count: 4095), examples: 1) == [Int8](repeating: -128, count: 4095))
  }
}
