/// The two operands of an operation that combines them element by element.
///
/// An operand that has only the last dimensions of the result is repeated: its codes are those of one channel each, or
/// one for all.
struct ElementOperands {
  private let inputs: (Int, Int)
  private let output: Int
  /// The codes of each operand and of the result in one example.
  private let (counts, count): ((Int, Int), Int)
  /// The codes after which the shorter operand begins again.
  private let period: Int

  /// The operands of the operation at this index.
  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    inputs = (operation.inputs[0], operation.inputs[1])
    (output, count) = (index, operation.count)
    counts = (model.operations[inputs.0].count, model.operations[inputs.1].count)
    period = min(counts.0, counts.1)
  }

  /// Whether the first operand is repeated.
  var repeatsFirst: Bool { counts.0 < counts.1 }

  /// Writes what `code` gives for the operands' codes of each element.
  @inline(__always)
  func forEach(_ memory: CodeMemory, examples: Int, _ code: (_ x: Int8, _ y: Int8) -> Int8) {
    for example in 0..<examples {
      let (first, second) = (
        memory[inputs.0] + example * counts.0, memory[inputs.1] + example * counts.1
      )
      let results = memory[output] + example * count
      for begin in stride(from: 0, to: count, by: period) {
        let x = counts.0 == period ? first : first + begin
        let y = counts.1 == period ? second : second + begin
        for index in 0..<period { results[begin + index] = code(x[index], y[index]) }
      }
    }
  }
}

/// The same codes for each example: a constant tensor of a file.
struct ReferenceConstant: IntegerStep {
  private let output: Int
  private let codes: [Int8]

  init(_ index: Int, codes: [Int8]) { (output, self.codes) = (index, codes) }

  func run(_ memory: CodeMemory, examples: Int) {
    codes.withUnsafeBufferPointer { codes in
      guard let source = codes.baseAddress else { return }
      for example in 0..<examples {
        (memory[output] + example * codes.count).update(from: source, count: codes.count)
      }
    }
  }
}
