import FixedPoint

/// A function of one code at a time: a table of the output codes of all 256 input codes.
///
/// The table is made when a session is; runtimes make theirs then, too, or compute the same codes one by one.
struct ReferenceTable: IntegerStep {
  private let input: Int
  private let output: Int
  private let count: Int
  /// The output code of each input code, from −128.
  private let codes: [Int8]

  /// Prepares the operation at an index.
  ///
  /// - Parameters:
  ///   - index: The index of the operation, which has the shape of its input.
  ///   - model: The model.
  ///   - steps: The output code without its zero point, before it is clipped, of an input code without its zero
  ///     point, −255 to 255.
  init(_ index: Int, in model: IntegerModel, steps: (Int32) -> Int32) {
    let operation = model.operations[index]
    (input, output, count) = (operation.inputs[0], index, operation.count)
    let (inputZeroPoint, grid) = (model.operations[input].grid.zeroPoint, operation.grid)
    codes = IntegerOperation.allCodes.map { code in
      let code = steps(code - inputZeroPoint).addingSaturating(grid.zeroPoint)
      return Int8(truncatingIfNeeded: code.saturated(to: grid.quantizedRange))
    }
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (given, results) = (memory[input], memory[output])
    codes.withUnsafeBufferPointer { codes in
      for index in 0..<(examples * count) { results[index] = codes[Int(given[index]) + 128] }
    }
  }
}
