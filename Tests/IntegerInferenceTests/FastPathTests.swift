import CKernels
import FixedPoint
import IntegerInference
import Platform
import Support
import Testing

/// The fast path gives the codes of the reference, whatever the processor.
@Suite struct FastPathTests {
  /// The number of codes of a random batch that differ between the two paths.
  static func differences(_ model: IntegerModel, examples: Int, _ random: inout RandomModels) -> Int {
    let codes = random.codes(examples * model.operations[0].count)
    let reference = IntegerSession(model, maximumBatch: examples, path: .reference)
    let fast = IntegerSession(model, maximumBatch: examples, path: .fast)
    let expected = reference.codes([codes], examples: examples)
    let found = fast.codes([codes], examples: examples)
    return zip(expected.joined(), found.joined()).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
  }

  /// Convolutions of every small shape: images and windows of 1 to 3 pixels a side, strides 1 and 2, every
  /// padding, 1 to 3 channels.
  static func differencesOfSmallShapes(_ arithmetic: IntegerArithmetic) throws -> Int {
    var random = RandomModels(seed: 1, arithmetic: arithmetic)
    var differences = 0
    for case_ in 0..<(3 * 3 * 3 * 3 * 2 * 3) {
      var rest = case_
      func next(_ choices: Int) -> Int { defer { rest /= choices }; return rest % choices }
      let (height, width) = (1 + next(3), 1 + next(3))
      let (rows, columns) = (1 + next(3), 1 + next(3))
      let (stride, channels) = (1 + next(2), 1 + next(3))
      for top in 0..<rows {
        for left in 0..<columns {
          let window = Window(
            size: (rows, columns), strides: (stride, 3 - stride),
            padding: .init(top: top, left: left, bottom: rows - 1 - top, right: columns - 1))
          let size = window.outputSize(of: (height, width))
          guard size.height > 0, size.width > 0 else { continue }
          let model = try random.convolution(
            of: [height, width, channels], filters: 1 + random.generator.below(3), window: window,
            pooled: size.height > 1 && size.width > 1)
          differences += Self.differences(model, examples: 2, &random)
        }
      }
    }
    return differences
  }

  /// Convolutions, poolings and dense layers of random shapes: tails of tiles, of groups of channels, of
  /// vectors of filters.
  static func differencesOfLargeShapes(_ arithmetic: IntegerArithmetic) throws -> Int {
    var random = RandomModels(seed: 2, arithmetic: arithmetic)
    var differences = 0
    for turn in 0..<60 {
      let image = [
        1 + random.generator.below(12), 1 + random.generator.below(34),
        1 + random.generator.below(turn % 3 == 0 ? 70 : 9),
      ]
      guard let window = random.window(for: image, atMost: 5) else { continue }
      let size = window.outputSize(of: (image[0], image[1]))
      let model = try random.convolution(
        of: image, filters: 1 + random.generator.below(turn % 4 == 0 ? 100 : 40), window: window,
        pooled: turn % 2 == 0 && size.height > 1 && size.width > 1)
      differences += Self.differences(model, examples: 2, &random)
    }
    for turn in 0..<40 {
      let image = [
        1 + random.generator.below(9), 1 + random.generator.below(9), 1 + random.generator.below(50),
      ]
      guard let window = random.window(for: image, atMost: 3) else { continue }
      if let model = try random.depthwise(of: image, multiplier: 1 + turn % 4 / 3, window: window) {
        differences += Self.differences(model, examples: 2, &random)
      }
    }
    for _ in 0..<20 {
      let model = try random.dense(
        inputs: 1 + random.generator.below(300), units: 1 + random.generator.below(70))
      differences += Self.differences(model, examples: 1 + random.generator.below(70), &random)
    }
    return differences
  }

  /// A network with branches in batches of many sizes, on one and several threads, by sessions that run
  /// repeatedly.
  static func differencesOfBatches(_ arithmetic: IntegerArithmetic) throws -> Int {
    var random = RandomModels(seed: 3, arithmetic: arithmetic)
    var differences = 0
    let model = try random.network()
    for workers in [1, 2, 3] {
      let session = IntegerSession(model, maximumBatch: 70, path: .fast, workers: workers)
      for examples in [1, 2, 33, 70, 75, 3] {
        let codes = random.codes(examples * model.operations[0].count)
        let reference = IntegerSession(model, maximumBatch: 8, path: .reference)
        let expected = reference.codes([codes], examples: examples)
        let found = session.codes([codes], examples: examples)
        differences += zip(expected.joined(), found.joined()).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
      }
    }
    return differences
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `the codes of the fast path depend neither on batches nor on threads`(_ arithmetic: IntegerArithmetic)
    throws
  {
    #expect(try Self.differencesOfBatches(arithmetic) == 0)
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `the fast path gives the codes of the reference for small shapes`(_ arithmetic: IntegerArithmetic)
    throws
  {
    #expect(try Self.differencesOfSmallShapes(arithmetic) == 0)
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `the fast path gives the codes of the reference for large shapes`(_ arithmetic: IntegerArithmetic)
    throws
  {
    #expect(try Self.differencesOfLargeShapes(arithmetic) == 0)
  }

  /// An environment variable selects the loops for older processors; a process reads it once.
  @Test(arguments: [("AVX2", "avx2"), ("SSE41", "portable")])
  func `the fast path gives the same codes with older instructions`(_ limit: String, _ loops: String) async {
    await #expect(processExitsWith: .success) { [limit, loops] in
      setenv("ONEDNN_MAX_CPU_ISA", limit, 1)
      let instructions = qat_integer_best_instructions()
      require(
        instructions == qat_integer_portable || loops == "avx2" && instructions == qat_integer_avx2,
        "expected \(loops) loops, got \(instructions)")
      for arithmetic in IntegerArithmetic.allCases {
        let small = try FastPathTests.differencesOfSmallShapes(arithmetic)
        let large = try FastPathTests.differencesOfLargeShapes(arithmetic)
        let batches = try FastPathTests.differencesOfBatches(arithmetic)
        require(small + large + batches == 0, "\(arithmetic): \(small), \(large) and \(batches) codes differ")
      }
    }
  }
}
