import FixedPoint
import IntegerInference
import Support
import Testing

/// Dense layers of a session for one image, which have kernels of their own where each weight takes part in one product.
@Suite struct SingleImageTests {
  /// The codes of weights and inputs.
  enum Codes: CaseIterable {
    case random, lowest, highest, extremes

    /// A code from `lowest` to 127.
    func next(from lowest: Int, using generator: inout SeededGenerator) -> Int8 {
      switch self {
      case .random: Int8(lowest + generator.below(128 - lowest))
      case .lowest: Int8(lowest)
      case .highest: 127
      case .extremes: Int8(generator.below(2) == 0 ? lowest : 127)
      }
    }
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable), [IntegerArithmetic.tflite, .xnnpack])
  func `the largest products give the codes of the reference`(
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws {
    for lowestWeight in [-127, -128] {
      for (inputs, units) in [(1, 1), (3, 8), (4, 9), (70, 17), (129, 40), (640, 100), (5, 33)] {
        for (weights, codes) in Codes.allCases.flatMap({ a in Codes.allCases.map { (a, $0) } }) {
          let different = try Self.differences(
            inputs, units, weights, lowestWeight, codes, instructions, arithmetic)
          #expect(
            different == 0, "\(inputs) × \(units), weights \(weights) from \(lowestWeight), codes \(codes)")
        }
      }
    }
  }

  /// The number of codes that differ from the reference's, of one image and, with two workers, of another.
  private static func differences(
    _ inputs: Int, _ units: Int, _ weights: Codes, _ lowestWeight: Int, _ codes: Codes,
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws -> Int {
    var generator = SeededGenerator(seed: UInt64(inputs * units))
    let kernel = IntegerKernel(
      shape: [inputs, units],
      intWeights: (0..<inputs * units).map { _ in weights.next(from: lowestWeight, using: &generator) },
      scales: [0.01], bias32: (0..<units).map { _ in Int32(generator.below(2001)) - 1000 })
    // Sums of the largest products reach the ends of the output's codes and hardly pass them.
    let scale = 0.05 * 0.01 * 128 * 128 * Float(inputs) / 120
    let model = try IntegerModel(
      name: "dense", arithmetic: arithmetic,
      operations: [
        IntegerOperation(
          name: "input", kind: .input, shape: [inputs], grid: try AffineQuantizer(scale: 0.05, zeroPoint: 7)),
        IntegerOperation(
          name: "dense", kind: .dense(kernel), inputs: [0], shape: [units],
          grid: try AffineQuantizer(scale: scale, zeroPoint: -3)),
      ], outputs: [1])
    return [1, 2].reduce(0) { sum, workers in
      let image = (0..<inputs).map { _ in codes.next(from: -128, using: &generator) }
      let expected = IntegerSession(model, path: .reference).codes(image, examples: 1)
      let session = IntegerSession(model, workers: workers, instructions: instructions)
      let found = session.codes(image, examples: 1)
      return sum + zip(expected, found).count { $0 != $1 }
    }
  }
}
