/// Where the codes of a group of examples lie while a program runs: a place is used again once its codes
/// have been read for the last time, so that all of them fit the cache.
struct MemoryPlan {
  /// The examples that go through the program together.
  let groupSize: Int
  /// For each operation, the offset of its codes in bytes.
  let offsets: [Int]
  /// The bytes of all codes.
  let size: Int
  /// The bytes that steps need for themselves.
  let scratch: Int

  /// Dense layers want many examples at a time: their kernels are read once for all of them.
  private static let mostExamples = 32
  /// A part of the second-level cache of common processors; the kernels need the other.
  private static let cacheBytes = 1 << 19

  /// Plans for groups of at most `maximumBatch` examples.
  init(_ model: IntegerModel, _ program: FastProgram, maximumBatch: Int) {
    let (_, one) = Self.place(model, program, examples: 1)
    groupSize = max(1, min(maximumBatch, Self.mostExamples, Self.cacheBytes / one))
    (offsets, size) = Self.place(model, program, examples: groupSize)
    let examples = groupSize
    scratch = program.parts.map { $0.scratchBytes(examples: examples) }.max() ?? 0
  }

  /// Gives each operation that is written the first gap between those still needed.
  private static func place(
    _ model: IntegerModel, _ program: FastProgram, examples: Int
  ) -> (offsets: [Int], size: Int) {
    var lastReader = [Int](repeating: -1, count: model.operations.count)
    for (number, part) in program.parts.enumerated() {
      for place in part.reads { lastReader[place] = number }
    }
    for output in model.outputs { lastReader[program.places[output]] = program.parts.count }
    var offsets = [Int](repeating: 0, count: model.operations.count)
    var (taken, size) = ([(bytes: Range<Int>, until: Int)](), 0)
    func give(_ number: Int) {
      let count = CodeMemory.wholeLines(model.operations[number].count * examples)
      var begin = 0
      for other in taken.map(\.bytes).sorted(by: { $0.lowerBound < $1.lowerBound }) {
        if begin + count <= other.lowerBound { break }
        begin = max(begin, other.upperBound)
      }
      taken.append((begin..<begin + count, lastReader[number]))
      (offsets[number], size) = (begin, max(size, begin + count))
    }
    for input in model.inputs { give(input) }
    for (number, part) in program.parts.enumerated() {
      give(part.writes)
      taken.removeAll { $0.until <= number }
    }
    return (program.places.map { offsets[$0] }, size)
  }
}

extension CodeMemory {
  /// Takes the memory that a plan asks for.
  convenience init(_ model: IntegerModel, _ plan: MemoryPlan) {
    self.init(
      model, maximumBatch: plan.groupSize, offsets: plan.offsets, size: plan.size,
      scratch: Self.wholeLines(plan.scratch))
  }
}
