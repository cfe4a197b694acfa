import FixedPoint
import IntegerInference
import Support
import Testing

/// Means, softmaxes and depthwise convolutions of several filters in C give the codes of their readable twins.
@Suite struct MeanStepTests {
  private static let cases: [(InstructionSet, IntegerArithmetic)] = InstructionSet.allCases.filter(
    \.isAvailable
  )
  .flatMap { set in IntegerArithmetic.allCases.map { (set, $0) } }

  /// The codes of random examples that differ between both paths; nil if the arithmetic lacks the operation.
  private static func differences(
    _ kind: IntegerOperation.Kind, from shape: [Int], to result: [Int], _ arithmetic: IntegerArithmetic,
    _ set: InstructionSet, grids: (AffineQuantizer, AffineQuantizer), _ random: inout SeededGenerator
  ) -> Int? {
    let model = try? IntegerModel(
      name: "mean", arithmetic: arithmetic,
      operations: [
        IntegerOperation(name: "in", kind: .input, shape: shape, grid: grids.0),
        IntegerOperation(name: "out", kind: kind, inputs: [0], shape: result, grid: grids.1),
      ], outputs: [1])
    guard let model else { return nil }
    let examples = 1 + random.below(3)
    let codes = (0..<examples * shape.reduce(1, *)).map { _ in Int8(truncatingIfNeeded: random.below(256)) }
    let reference = IntegerSession(model, maximumBatch: examples, path: .reference)
    let fast = IntegerSession(model, maximumBatch: examples, path: .fast, instructions: set)
    let (expected, found) = (
      reference.codes(codes, examples: examples), fast.codes(codes, examples: examples)
    )
    return zip(expected, found).count { $0 != $1 }
  }

  private static func grid(_ random: inout SeededGenerator) throws -> AffineQuantizer {
    let scale = random.below(3) == 0 ? [0.0625, 0.125][random.below(2)] : random.uniform(0.05, 0.2)
    return try AffineQuantizer(scale: scale, zeroPoint: Int32(random.below(256)) - 128)
  }

  @Test(arguments: cases) func `means of windows are those of the readable twin`(
    _ set: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws {
    var random = SeededGenerator(seed: 21).derived("\(arithmetic)")
    for channels in [1, 3, 16, 63, 64, 65, 130] {
      for window in [
        Window(size: (2, 2), strides: (2, 2)), Window(size: (3, 3), sameFor: (9, 7)),
        Window(size: (3, 2), strides: (2, 3), sameFor: (9, 7)), Window(size: (9, 7)), Window(size: (1, 1)),
        Window(size: (2, 3), strides: (3, 1), padding: .init(top: 1, left: 2, bottom: 0, right: 1)),
      ] {
        let size = window.outputSize(of: (9, 7))
        let own = try Self.grid(&random)
        let grids = (own, arithmetic == .onnxRuntime ? try Self.grid(&random) : own)
        let found = Self.differences(
          .averagePooling(window), from: [9, 7, channels], to: [size.height, size.width, channels],
          arithmetic,
          set, grids: grids, &random)
        #expect(found == 0, "\(window), \(channels) channels")
      }
      let found = Self.differences(
        .globalAveragePooling, from: [9, 7, channels], to: [channels], arithmetic, set,
        grids: (try Self.grid(&random), try Self.grid(&random)), &random)
      #expect(found == 0, "\(channels) channels")
    }
  }

  /// Beyond 2^15 pixels a quotient no longer fits a float.
  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func `the mean of a large image is exact`(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 22)
    let grid = try Self.grid(&random)
    for side in [181, 182, 300] {
      let found = Self.differences(
        .averagePooling(Window(size: (side, side))), from: [side, side, 2], to: [1, 1, 2], .tflite, set,
        grids: (grid, grid), &random)
      #expect(found == 0)
    }
  }

  /// Two codes: the sum of a window of n codes takes every value; each is divided as the twin divides it.
  @Test func `every sum of a window becomes the twin's code`() throws {
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 0)
    for count in [2, 3, 5, 7, 12, 49] {
      let model = try IntegerModel(
        name: "sums",
        operations: [
          IntegerOperation(name: "in", kind: .input, shape: [1, count, 1], grid: grid),
          IntegerOperation(
            name: "out", kind: .averagePooling(Window(size: (1, count))), inputs: [0], shape: [1, 1, 1],
            grid: grid),
        ], outputs: [1])
      let sums = Array(-128 * count...127 * count)
      let codes = sums.flatMap { sum in
        (0..<count).map { place in
          let share = Int((Double(sum) / Double(count)).rounded(.down))
          return Int8(share + (place < sum - share * count ? 1 : 0))
        }
      }
      let reference = IntegerSession(model, maximumBatch: sums.count, path: .reference)
      let fast = IntegerSession(model, maximumBatch: sums.count)
      #expect(reference.codes(codes, examples: sums.count) == fast.codes(codes, examples: sums.count))
    }
  }

  @Test(arguments: InstructionSet.allCases.filter(\.isAvailable))
  func `a depthwise convolution of several filters a channel is that of the readable twin`(
    _ set: InstructionSet
  ) throws {
    var models = 0
    for arithmetic in IntegerArithmetic.allCases {
      var random = RandomModels(seed: 23, arithmetic: arithmetic)
      for (channels, multiplier) in [(1, 8), (3, 2), (5, 3), (16, 2), (1, 1)] {
        for window in [
          Window(size: (3, 3), sameFor: (6, 5)), Window(size: (2, 2), strides: (2, 2)),
          Window(size: (3, 1), strides: (1, 2), sameFor: (6, 5)),
        ] {
          guard
            let model = try random.depthwise(of: [6, 5, channels], multiplier: multiplier, window: window)
          else { continue }
          let codes = random.codes(2 * 30 * channels)
          let reference = IntegerSession(model, maximumBatch: 2, path: .reference)
          let fast = IntegerSession(model, maximumBatch: 2, path: .fast, instructions: set)
          #expect(reference.codes([codes], examples: 2) == fast.codes([codes], examples: 2), "\(model)")
          models += 1
        }
      }
    }
    #expect(models >= 30)
  }

  @Test func `a softmax by table is that of the readable twin`() throws {
    var random = SeededGenerator(seed: 24)
    let probabilities = try AffineQuantizer(scale: 0x1p-8, zeroPoint: -128)
    for scale: Float in [0.001, 0.02, 0.1, 0.5, 1, 3, 40] {
      for classes in [1, 2, 10, 300] {
        let found = Self.differences(
          .softmax, from: [4, classes], to: [4, classes], .tflite, .best,
          grids: (try AffineQuantizer(scale: scale, zeroPoint: 3), probabilities), &random)
        #expect(found == 0, "scale \(scale), \(classes) classes")
      }
    }
  }
}
