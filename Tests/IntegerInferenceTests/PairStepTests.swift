import FixedPoint
import IntegerInference
import Support
import Testing

/// Sums, differences and products in C, and functions of one code by table, give the codes of their readable twins.
@Suite struct PairStepTests {
  private static let cases: [(InstructionSet, IntegerArithmetic)] = InstructionSet.allCases.filter(
    \.isAvailable
  )
  .flatMap { set in IntegerArithmetic.allCases.map { (set, $0) } }

  /// Random grids; a third have scales that are powers of two, so that many sums are ties.
  private static func grid(_ random: inout SeededGenerator) throws -> AffineQuantizer {
    let scale = random.below(3) == 0 ? [0.0625, 0.125, 0.25][random.below(3)] : random.uniform(0.02, 0.3)
    return try AffineQuantizer(scale: scale, zeroPoint: Int32(random.below(256)) - 128)
  }

  /// A model of one operation on two inputs; nil if the arithmetic lacks it.
  private static func model(
    _ kind: IntegerOperation.Kind, _ shapes: [[Int]], _ arithmetic: IntegerArithmetic,
    _ random: inout SeededGenerator
  ) throws -> IntegerModel? {
    var operations: [IntegerOperation] = []
    for (index, shape) in shapes.enumerated() {
      operations.append(
        IntegerOperation(name: "in \(index)", kind: .input, shape: shape, grid: try grid(&random)))
    }
    let longest = shapes.max { $0.reduce(1, *) < $1.reduce(1, *) } ?? []
    operations.append(
      IntegerOperation(
        name: "out", kind: kind, inputs: Array(shapes.indices), shape: longest, grid: try grid(&random)))
    return try? IntegerModel(
      name: "pair", arithmetic: arithmetic, operations: operations, outputs: [shapes.count])
  }

  /// The codes that differ between both paths, and how many were compared.
  private static func compare(
    _ model: IntegerModel, _ inputs: [[Int8]], examples: Int, _ set: InstructionSet
  ) -> (differing: Int, all: Int) {
    let reference = IntegerSession(model, maximumBatch: examples, path: .reference)
    let fast = IntegerSession(model, maximumBatch: examples, path: .fast, instructions: set)
    let (expected, found) = (
      reference.codes(inputs, examples: examples)[0], fast.codes(inputs, examples: examples)[0]
    )
    return (zip(expected, found).count { $0 != $1 }, expected.count)
  }

  private static func kinds(_ random: inout SeededGenerator) -> [IntegerOperation.Kind] {
    let range: ClosedRange<Int32> = random.below(2) == 0 ? -128...127 : Int32(random.below(100)) - 80...110
    return [
      .add(activationRange: range), .subtract(activationRange: range), .multiply(activationRange: range),
    ]
  }

  @Test(arguments: cases)
  func `every pair of codes becomes the code of the readable twin`(
    _ set: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws {
    var random = SeededGenerator(seed: 11).derived("\(arithmetic)")
    let all = (0..<256).map { Int8(truncatingIfNeeded: $0) }
    let inputs = [all.flatMap { code in all.map { _ in code } }, all.flatMap { _ in all }]
    var compared = 0
    for _ in 0..<4 {
      for kind in Self.kinds(&random) {
        guard let model = try Self.model(kind, [[256, 256], [256, 256]], arithmetic, &random) else {
          continue
        }
        let (differing, count) = Self.compare(model, inputs, examples: 1, set)
        #expect(differing == 0, "\(kind): \(model)")
        compared += count
      }
    }
    #expect(compared >= 4 * 65_536)
  }

  @Test(arguments: cases)
  func `repeated operands and rests of runs are those of the readable twin`(
    _ set: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws {
    var random = SeededGenerator(seed: 12).derived("\(arithmetic)")
    var models = 0
    for shapes in [
      [[7], [7]], [[3, 5, 37], [3, 5, 37]], [[9, 9, 24], [1, 1, 24]], [[1, 1, 3], [30, 30, 3]],
      [[17, 19, 5], [1]], [[1], [40]], [[5, 6, 300], [300]], [[2, 3], [3]],
    ] {
      for kind in Self.kinds(&random) {
        guard let model = try Self.model(kind, shapes, arithmetic, &random) else { continue }
        let examples = 1 + random.below(4)
        let inputs = shapes.map { shape in
          (0..<examples * shape.reduce(1, *)).map { _ in Int8(truncatingIfNeeded: random.below(256)) }
        }
        #expect(Self.compare(model, inputs, examples: examples, set).differing == 0, "\(shapes) \(kind)")
        models += 1
      }
    }
    #expect(models >= 10)
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `functions of one code are looked up`(_ arithmetic: IntegerArithmetic) throws {
    var random = SeededGenerator(seed: 13).derived("\(arithmetic)")
    let all = (0..<256).map { Int8(truncatingIfNeeded: $0) }
    var compared = 0
    for kind: IntegerOperation.Kind in [
      .hardSwish, .leakyReLU(slope: 0.1), .sigmoid, .tanh, .requantization(activationRange: -128...127),
      .requantization(activationRange: -20...127),
    ] {
      for _ in 0..<40 {
        var operations = try #require(
          Self.model(kind, [[256]], .tflite, &random)?.operations ?? [
            IntegerOperation(name: "in", kind: .input, shape: [256], grid: try Self.grid(&random)),
            IntegerOperation(
              name: "out", kind: kind, inputs: [0], shape: [256], grid: try Self.grid(&random)),
          ])
        if let fixed = kind.fixedGrid(arithmetic) {
          operations[1] = IntegerOperation(
            name: "out", kind: kind, inputs: [0], shape: [256],
            grid: try AffineQuantizer(scale: fixed.scale, zeroPoint: fixed.zeroPoint))
        }
        guard
          let model = try? IntegerModel(
            name: "table", arithmetic: arithmetic, operations: operations, outputs: [1])
        else { continue }
        let (differing, count) = Self.compare(model, [all], examples: 1, .best)
        #expect(differing == 0, "\(kind)")
        compared += count
      }
    }
    #expect(compared > 100 * 256)
  }
}
