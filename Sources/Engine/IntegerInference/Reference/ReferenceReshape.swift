/// The same codes as another shape: LiteRT's `RESHAPE`.
struct ReferenceReshape: IntegerStep {
  private let input: Int
  private let output: Int
  private let count: Int

  init(_ number: Int, in model: IntegerModel) {
    let operation = model.operations[number]
    (input, output, count) = (operation.inputs[0], number, operation.count)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    memory[output].update(from: memory[input], count: examples * count)
  }
}
