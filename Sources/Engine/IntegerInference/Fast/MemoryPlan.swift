/// The memory layout of the codes of a group of examples while a program runs.
///
/// Memory is reused once its codes have been read for the last time, so that all codes fit the cache.
struct MemoryPlan {
  /// The number of examples that pass through the program together.
  let groupSize: Int
  /// For each operation, the offset of its codes in bytes; 0 for inputs, which have no place here.
  let offsets: [Int]
  /// The bytes of all codes.
  let size: Int
  /// The bytes of working memory of the steps.
  let scratch: Int

  /// The largest group: dense layers read their kernels once for all of its examples.
  private static let mostExamples = 32
  /// A part of the second-level cache of common processors; the kernels need the rest.
  private static let cacheBytes = 1 << 19

  /// Plans the memory for groups of at most `maximumBatch` examples.
  init(_ model: IntegerModel, _ program: FastProgram, maximumBatch: Int) {
    let (_, one) = Self.layout(of: model, program, examples: 1)
    groupSize = max(1, min(maximumBatch, Self.mostExamples, Self.cacheBytes / max(one, 1)))
    (offsets, size) = Self.layout(of: model, program, examples: groupSize)
    let examples = groupSize
    scratch = program.parts.map { $0.scratchBytes(examples: examples) }.max() ?? 0
  }

  /// Places each operation's codes in the first gap between the codes that are still needed.
  private static func layout(
    of model: IntegerModel, _ program: FastProgram, examples: Int
  ) -> (offsets: [Int], size: Int) {
    var lastReader = [Int](repeating: -1, count: model.operations.count)
    for (index, part) in program.parts.enumerated() {
      for operation in part.reads { lastReader[operation] = index }
    }
    for output in model.outputs { lastReader[program.storage[output]] = program.parts.count }
    var offsets = [Int](repeating: 0, count: model.operations.count)
    var (taken, size) = ([(bytes: Range<Int>, until: Int)](), 0)
    func allocate(_ index: Int) {
      let count = CodeMemory.wholeLines(model.operations[index].count * examples)
      var begin = 0
      for other in taken.map(\.bytes).sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if begin + count <= other.lowerBound { break }
        begin = max(begin, other.upperBound)
      }
      taken.append((begin..<begin + count, lastReader[index]))
      (offsets[index], size) = (begin, max(size, begin + count))
    }
    for (index, part) in program.parts.enumerated() {
      allocate(part.writes)
      taken.removeAll { $0.until <= index }
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
