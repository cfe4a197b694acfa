import FixedPoint

/// LiteRT's softmax of integers, with a table of the exponentials of all differences of two codes.
struct FastSoftmax: IntegerStep {
  private let input: Int
  private let output: Int
  private let classes: Int
  private let rows: Int
  /// e^(−d · scale) with 31 fractional bits for d from 0 to 255, and with 19; 0 where the difference is too large, for
  /// which the code is −128.
  private let exponentials: [Int32]
  private let terms: [Int32]

  /// Prepares the operation at this index from its readable twin.
  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    (input, output) = (operation.inputs[0], index)
    classes = operation.shape[operation.shape.count - 1]
    rows = operation.count / classes
    let twin = ReferenceSoftmax(index, in: model)
    exponentials = (0...255).map { twin.exponential(-$0) ?? 0 }
    terms = exponentials.map { FixedPointMultiplier.roundingDivide($0, byPowerOfTwo: 12) }
  }

  func run(_ memory: CodeMemory, examples: Int) {
    exponentials.withUnsafeBufferPointer { exponentials in
      terms.withUnsafeBufferPointer { terms in
        for row in 0..<(examples * rows) {
          let (logits, codes) = (memory[input] + row * classes, memory[output] + row * classes)
          var largest = logits[0]
          for index in 1..<max(classes, 1) { largest = max(largest, logits[index]) }
          var sum: Int32 = 0
          for index in 0..<classes { sum += terms[Int(largest) - Int(logits[index])] }
          let reciprocal = FixedPointMath.reciprocal(sum, integerBits: 12)
          for index in 0..<classes {
            let exponential = exponentials[Int(largest) - Int(logits[index])]
            codes[index] = ReferenceSoftmax.code(exponential, over: reciprocal)
          }
        }
      }
    }
  }
}
