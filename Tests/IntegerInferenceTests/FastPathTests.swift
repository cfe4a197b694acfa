import CKernels
import FixedPoint
import IntegerInference
import Support
import Testing

extension Trait where Self == ConditionTrait {
  /// Skips a test where the processor lacks an instruction set.
  static func needs(_ instructions: InstructionSet) -> Self {
    .enabled(if: instructions.isAvailable, "this processor lacks the instructions \(instructions)")
  }
}

/// The fast path gives the codes of the reference with every instruction set of the processor.
@Suite struct FastPathTests {
  @Test(.needs(.portable), arguments: IntegerArithmetic.allCases)
  func `the portable kernels give the codes of the reference`(_ arithmetic: IntegerArithmetic) throws {
    try expectReferenceCodes(.portable, arithmetic)
  }

  @Test(.needs(.sse41), arguments: IntegerArithmetic.allCases)
  func `the kernels for SSE4.1 give the codes of the reference`(_ arithmetic: IntegerArithmetic) throws {
    try expectReferenceCodes(.sse41, arithmetic)
  }

  @Test(.needs(.avx2), arguments: IntegerArithmetic.allCases)
  func `the kernels for AVX2 give the codes of the reference`(_ arithmetic: IntegerArithmetic) throws {
    try expectReferenceCodes(.avx2, arithmetic)
  }

  @Test(.needs(.avx512VNNI), arguments: IntegerArithmetic.allCases)
  func `the kernels for AVX-512 VNNI give the codes of the reference`(_ arithmetic: IntegerArithmetic) throws
  {
    try expectReferenceCodes(.avx512VNNI, arithmetic)
  }

  @Test(.needs(.amx), arguments: IntegerArithmetic.allCases)
  func `the kernels for AMX give the codes of the reference`(_ arithmetic: IntegerArithmetic) throws {
    try expectReferenceCodes(.amx, arithmetic)
  }

  @Test func `every instruction set has a table of kernels of its own`() {
    let sets = [qat_isa_portable, qat_isa_sse41, qat_isa_avx2, qat_isa_avx512_vnni, qat_isa_amx]
    let tables = sets.compactMap { qat_integer_kernels_for($0) }
    #expect(tables.count == InstructionSet.allCases.count(where: \.isAvailable))
    #expect(Set(tables).count == tables.count)
  }

  /// Of a window of 5 weights AVX-512 VNNI and AMX pack 8 bytes a filter, AVX2 6, and the others 6 words.
  @Test func `the layout of a packed kernel is that of the table that packs it`() {
    let windows = qat_windows(
      height: 1, width: 1, channels: 5, out_height: 1, out_width: 1, window_height: 1, window_width: 1,
      stride_height: 1, stride_width: 1, pad_top: 0, pad_left: 0)
    let expected = [
      (qat_isa_amx, 8), (qat_isa_avx512_vnni, 8), (qat_isa_avx2, 6), (qat_isa_sse41, 12),
      (qat_isa_portable, 12),
    ]
    for (set, bytes) in expected {
      guard let table = qat_integer_kernels_for(set) else { continue }
      #expect(qat_integer_packed_bytes(table, windows, 16) / 16 == bytes)
    }
  }

  private func expectReferenceCodes(_ instructions: InstructionSet, _ arithmetic: IntegerArithmetic) throws {
    let small = try Self.differencesOfSmallShapes(instructions, arithmetic)
    let large = try Self.differencesOfLargeShapes(instructions, arithmetic)
    let batches = try Self.differencesOfBatches(instructions, arithmetic)
    let spread = try Self.differencesOfDilationsAndGroups(instructions, arithmetic)
    #expect((small, large, batches) == (0, 0, 0), "differences of small and large shapes and of batches")
    #expect(spread == 0, "differences of dilated and grouped convolutions")
    let transposed = try Self.differencesOfTransposed(instructions, arithmetic)
    #expect(transposed == 0, "differences of transposed convolutions")
  }

  /// The number of codes of a random batch that differ between the two paths.
  private static func differences(
    _ model: IntegerModel, examples: Int, _ instructions: InstructionSet, _ random: inout RandomModels
  ) -> Int {
    let codes = random.codes(examples * model.operations[0].count)
    let reference = IntegerSession(model, maximumBatch: examples, path: .reference)
    let fast = IntegerSession(model, maximumBatch: examples, path: .fast, instructions: instructions)
    let expected = reference.codes([codes], examples: examples)
    let found = fast.codes([codes], examples: examples)
    return zip(expected.joined(), found.joined()).reduce(0) { $0 + ($1.0 == $1.1 ? 0 : 1) }
  }

  /// Convolutions of every small shape: images and windows of 1 to 3 pixels a side, strides 1 and 2, every
  /// padding, 1 to 3 channels.
  private static func differencesOfSmallShapes(
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws -> Int {
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
          differences += Self.differences(model, examples: 2, instructions, &random)
        }
      }
    }
    return differences
  }

  /// Convolutions, poolings and dense layers of random shapes: tails of tiles, of groups of channels, of
  /// vectors of filters.
  private static func differencesOfLargeShapes(
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws -> Int {
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
      differences += Self.differences(model, examples: 2, instructions, &random)
    }
    for turn in 0..<40 {
      let image = [
        1 + random.generator.below(9), 1 + random.generator.below(9), 1 + random.generator.below(50),
      ]
      guard let window = random.window(for: image, atMost: turn % 2 == 0 ? 3 : 9) else { continue }
      if let model = try random.depthwise(of: image, multiplier: 1 + turn % 4 / 3, window: window) {
        differences += Self.differences(model, examples: 2, instructions, &random)
      }
    }
    for _ in 0..<20 {
      let model = try random.dense(
        inputs: 1 + random.generator.below(300), units: 1 + random.generator.below(70))
      differences += Self.differences(model, examples: 1 + random.generator.below(70), instructions, &random)
    }
    return differences
  }

  /// Convolutions of random dilations and groups, and dilated depthwise convolutions.
  ///
  /// Some are pooled, some have a filter for each channel. Some dilations are so wide that the fast path leaves them
  /// to the reference.
  private static func differencesOfDilationsAndGroups(
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws -> Int {
    var random = RandomModels(seed: 4, arithmetic: arithmetic)
    var (differences, models) = (0, 0)
    for turn in 0..<90 {
      let groups = [1, 1, 2, 3, 5, 18][turn % 6]
      let channels = groups * (turn % 6 == 5 ? 1 : 1 + random.generator.below(20))
      let image = [1 + random.generator.below(15), 1 + random.generator.below(20), channels]
      guard let window = random.window(for: image, atMost: 3, dilation: [7, 13, 7, 1][turn % 4]) else {
        continue
      }
      let size = window.outputSize(of: (image[0], image[1]))
      let filters = groups * (turn % 12 == 5 ? 1 : 1 + random.generator.below(20))
      let model = try random.convolution(
        of: image, filters: filters, window: window,
        pooled: turn % 3 == 0 && size.height > 1 && size.width > 1,
        groups: groups)
      (differences, models) = (
        differences + Self.differences(model, examples: 2, instructions, &random), models + 1
      )
    }
    for turn in 0..<30 {
      let image = [
        1 + random.generator.below(12), 1 + random.generator.below(12), 1 + random.generator.below(40),
      ]
      guard let window = random.window(for: image, atMost: 3, dilation: 6) else { continue }
      if let model = try random.depthwise(of: image, multiplier: 1 + turn % 4 / 3, window: window) {
        (differences, models) = (
          differences + Self.differences(model, examples: 2, instructions, &random), models + 1
        )
      }
    }
    #expect(models > 80)
    return differences
  }

  /// Transposed convolutions of random shapes; the last strides are so large that the fast path leaves them to the
  /// reference.
  private static func differencesOfTransposed(
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws -> Int {
    guard arithmetic != .onnxRuntime else { return 0 }
    var random = RandomModels(seed: 6, arithmetic: arithmetic)
    var differences = 0
    for turn in 0..<80 {
      let image = [
        1 + random.generator.below(7), 1 + random.generator.below(9),
        1 + random.generator.below(turn % 3 == 0 ? 40 : 5),
      ]
      let model = try random.transposed(
        of: image, filters: 1 + random.generator.below(turn % 4 == 0 ? 40 : 7), atMost: 6,
        strides: turn < 70 ? 4 : 9)
      differences += Self.differences(model, examples: 2, instructions, &random)
    }
    return differences
  }

  /// A network with branches in batches of many sizes, on one and several threads, by sessions that run
  /// repeatedly.
  private static func differencesOfBatches(
    _ instructions: InstructionSet, _ arithmetic: IntegerArithmetic
  ) throws -> Int {
    var random = RandomModels(seed: 3, arithmetic: arithmetic)
    var differences = 0
    let model = try random.network()
    for workers in [1, 2, 3] {
      let session = IntegerSession(
        model, maximumBatch: 70, path: .fast, workers: workers, instructions: instructions)
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
}
