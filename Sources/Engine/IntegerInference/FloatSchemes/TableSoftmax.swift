import Platform

/// Probabilities from logits by a table of exponentials: LiteRT's optimized `SOFTMAX` of int8 codes.
///
///     p[i] = table[largest − x[i]] / Σ table[largest − x[j]],   table[d] = e^(−d · scale)
///
/// Codes have at most 256 values, so there are as many differences, and the exponentials are computed once. They
/// are 32-bit floats, summed in the order of the classes; the quotient is rounded half away from
/// zero. XNNPACK leaves this operation to LiteRT.
struct TableSoftmax: IntegerStep {
  private let input: Int
  private let output: Int
  private let classes: Int
  private let rows: Int
  private let table: [Float]

  init(_ number: Int, in model: IntegerModel) {
    let operation = model.operations[number]
    (input, output) = (operation.inputs[0], number)
    classes = operation.shape[operation.shape.count - 1]
    rows = operation.count / classes
    let scale = model.operations[operation.inputs[0]].grid.scale
    table = (0...255).map { expf(-scale * Float($0)) }
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for row in 0..<(examples * rows) {
      let (logits, codes) = (memory[input] + row * classes, memory[output] + row * classes)
      var largest = logits[0]
      for place in 1..<max(classes, 1) { largest = max(largest, logits[place]) }
      var sum: Float = 0
      for place in 0..<classes { sum += table[Int(largest) - Int(logits[place])] }
      let inverse = 1 / (sum * 0x1p-8)
      for place in 0..<classes {
        let steps = (table[Int(largest) - Int(logits[place])] * inverse).rounded(.toNearestOrAwayFromZero)
        codes[place] = Int8(clamping: Int(steps) - 128)
      }
    }
  }
}
