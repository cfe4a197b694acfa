import IntegerInference

extension IntegerModel {
  /// The examples that run at a time where all operations' codes are kept, which bounds the memory.
  static let tracedBatch = 16

  /// A session that gives the codes of all operations.
  func tracing(_ examples: Int) throws -> IntegerSession {
    let all = try IntegerModel(
      name: name, arithmetic: arithmetic, operations: operations, outputs: Array(operations.indices))
    return IntegerSession(all, maximumBatch: min(examples, Self.tracedBatch))
  }

  /// Cuts the codes of all examples for every input into batches of ``tracedBatch`` examples.
  func forEachBatch(
    of codes: [[Int8]], examples: Int, _ body: (_ codes: [[Int8]], _ examples: Int) throws -> Void
  ) rethrows {
    for start in stride(from: 0, to: examples, by: Self.tracedBatch) {
      let count = min(Self.tracedBatch, examples - start)
      try body(
        zip(codes, inputs).map { codes, input in
          let width = operations[input].count
          return Array(codes[start * width..<(start + count) * width])
        }, count)
    }
  }
}
