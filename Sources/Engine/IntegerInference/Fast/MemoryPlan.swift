/// The memory layout of the codes of a group of examples while a program runs.
///
/// Memory is reused once its codes have been read for the last time, so that all codes fit the cache, and many
/// steps may write where their input stands (``InPlace``).
struct MemoryPlan {
  /// The number of examples that pass through the program together.
  let groupSize: Int
  /// For each operation, the offset of its codes in bytes; 0 for inputs, which have no place here.
  let offsets: [Int]
  /// The bytes of all codes.
  let size: Int
  /// The bytes of working memory of the steps.
  let scratch: Int

  /// The largest group.
  ///
  /// A dense layer whose kernel fills the first-level cache reads it once for all of its examples. Other
  /// operations gain little from more than a few examples.
  private static func mostExamples(of model: IntegerModel) -> Int {
    let hasLargeDense = model.operations.contains {
      if case .dense(let kernel) = $0.kind { kernel.intWeights.count >= 1 << 15 } else { false }
    }
    return hasLargeDense ? 32 : 8
  }

  /// A part of the second-level cache of common processors; the kernels need the rest.
  private static let cacheBytes = 1 << 19

  /// Plans the memory for groups of at most `maximumBatch` examples.
  init(_ model: IntegerModel, _ program: FastProgram, maximumBatch: Int) {
    let (_, one) = Self.layout(of: model, program, examples: 1)
    groupSize = max(1, min(maximumBatch, Self.mostExamples(of: model), Self.cacheBytes / max(one, 1)))
    (offsets, size) = Self.layout(of: model, program, examples: groupSize)
    let examples = groupSize
    scratch = program.parts.map { $0.scratchBytes(examples: examples) }.max() ?? 0
  }

  /// Places each operation's codes where its step may write in place, or in the first gap between the codes that are
  /// still needed.
  private static func layout(
    of model: IntegerModel, _ program: FastProgram, examples: Int
  ) -> (offsets: [Int], size: Int) {
    var lastReader = [Int](repeating: -1, count: model.operations.count)
    for (index, part) in program.parts.enumerated() {
      for operation in part.reads { lastReader[operation] = index }
    }
    for output in model.outputs { lastReader[program.storage[output]] = program.parts.count }
    var offsets = [Int](repeating: 0, count: model.operations.count)
    var size = 0
    var placed: Set<Int> = []  // the operations whose codes are still needed
    /// The bytes of an operation's codes.
    func bytes(_ index: Int) -> Range<Int> {
      let count = CodeMemory.wholeLines(model.operations[index].count * examples)
      return offsets[index]..<offsets[index] + count
    }
    /// Places codes in the first gap between others.
    func allocate(_ index: Int, between others: some Sequence<Range<Int>>) {
      for other in others.sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if bytes(index).upperBound <= other.lowerBound { break }
        offsets[index] = max(offsets[index], other.upperBound)
      }
    }
    for (index, part) in program.parts.enumerated() {
      let output = part.writes
      let done = placed.filter { lastReader[$0] <= index }
      switch part.inPlace(examples: examples) {
      case .behind(let kept):
        let lines = (kept + CodeMemory.line - 1) / CodeMemory.line * CodeMemory.line
        let others = placed.map { done.contains($0) ? bytes($0).prefix(lines) : bytes($0) }
        allocate(output, between: others.filter { !$0.isEmpty })
      case .sameCodes:
        let input = part.reads.first {
          done.contains($0) && model.operations[$0].count == model.operations[output].count
        }
        if let input {
          offsets[output] = offsets[input]
        } else {
          allocate(output, between: placed.map(bytes))
        }
      case nil: allocate(output, between: placed.map(bytes))
      }
      placed.subtract(done)
      if lastReader[output] > index { placed.insert(output) }
      size = max(size, bytes(output).upperBound)
    }
    return (program.storage.map { offsets[$0] }, size)
  }
}

extension CodeMemory {
  /// Allocates the memory of a plan.
  convenience init(_ model: IntegerModel, _ plan: MemoryPlan) {
    self.init(
      model, maximumBatch: plan.groupSize, offsets: plan.offsets, size: plan.size,
      scratch: Self.wholeLines(plan.scratch))
  }
}
