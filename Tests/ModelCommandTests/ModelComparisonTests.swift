import FixedPoint
import Foundation
import IntegerInference
import Support
import Testing

@testable import ModelCommand

/// What `compare` counts, beside differences known by hand.
@Suite struct ModelComparisonTests {
  /// All codes of one input.
  static let codes: [[Int8]] = [(-128...127).map { Int8($0) }]

  private func comparison(
    _ operations: [IntegerOperation], on codes: [[Int8]] = codes, outputs: [Int]? = nil
  ) throws -> ModelComparison {
    let examples = codes[0].count / operations[0].count
    return try ModelComparison(
      TinyModels.model(operations, .tflite, outputs: outputs),
      TinyModels.model(operations, .xnnpack, outputs: outputs), on: codes, examples: examples)
  }

  @Test func `half of a code is a tie: the reference rounds it away from zero, XNNPACK to even`() throws {
    let comparison = try comparison([
      TinyModels.input([1]), TinyModels.dense("half", [[1]], scale: 0.5, reading: 0),
    ])
    // They differ where x is 1, 5, …, 125 and −1, −5, …, −125: half of it is n + ½ with n even.
    let half = comparison.operations[1]
    #expect(half.codes == 256 && half.ownDifferences == 64 && half.differences == 64)
    #expect(half.largestDifference == 1)
    #expect(comparison.operations[0].differences == 0 && comparison.otherAnswers == 0)
    #expect(
      comparison.text.hasSuffix(
        "They part at operation 1, dense. The largest output is another for 0 of 256\nexamples."))
  }

  @Test func `an operation without rounding has no difference of its own and passes on those before it`()
    throws
  {
    let comparison = try comparison([
      TinyModels.input([1]), TinyModels.dense("half", [[1]], scale: 0.5, reading: 0),
      TinyModels.dense("three times", [[3]], scale: 1, reading: 1, range: -100...100),
    ])
    let last = comparison.operations[2]
    // Of the 64 differences those remain where 3 · half is below the limit of 100: half up to 33, x from −65 to 65.
    // x = ±1, ±5, …, ±65 are 34.
    #expect(last.ownDifferences == 0 && last.differences == 34 && last.largestDifference == 3)
  }

  @Test func `an operation on both of its inputs counts its own rounding on equal codes`() throws {
    // The sum of an input and itself reads one operation twice.
    let comparison = try comparison([
      TinyModels.input([1]), TinyModels.dense("half", [[1]], scale: 0.5, reading: 0),
      IntegerOperation(
        name: "sum", kind: .add(activationRange: -128...127), inputs: [1, 1], shape: [1],
        grid: TinyModels.grid(1)),
    ])
    let sum = comparison.operations[2]
    #expect(sum.ownDifferences == 0 && sum.largestDifference == 2)
    // 2 · 64 = 128 is limited to 127 for x = 127 alone, where nothing differs.
    #expect(sum.differences == 64)
  }

  @Test func `an example whose largest output moves is counted`() throws {
    // The first output is ½ of 1: 1 or 0. The second is ½ of x + 2.
    let comparison = try comparison(
      [
        TinyModels.input([1]),
        TinyModels.dense("two", [[0], [1]], scale: 0.5, bias: [1, 2], reading: 0),
      ], on: [[-1, 0, 1]])
    // x = −1: (1, 1) and (0, 0); x = 0: (1, 1) and (0, 1), so the largest moves; x = 1: (1, 2) and (0, 2).
    #expect(comparison.otherAnswers == 1 && comparison.examples == 3)
    #expect(comparison.operations[1].differences == 4)
  }

  @Test func `equal codes are said to be equal, and more examples than a batch are all counted`() throws {
    let comparison = try comparison([
      TinyModels.input([1]), TinyModels.dense("same", [[1]], scale: 1, reading: 0),
    ])
    #expect(comparison.operations.map(\.codes) == [256, 256])
    #expect(comparison.text.hasSuffix("\n\nEvery code is the same."))
    let one = try self.comparison([TinyModels.input([1])], on: [[5]])
    #expect(one.text.hasPrefix("tiny, 1 example: tflite and xnnpack\n"))
  }

  @Test func `JSON decodes to the same value`() throws {
    let comparison = try comparison([
      TinyModels.input([1]), TinyModels.dense("half", [[1]], scale: 0.5, reading: 0),
    ])
    #expect(try JSONDecoder().decode(ModelComparison.self, from: Data(comparison.json.utf8)) == comparison)
  }
}
