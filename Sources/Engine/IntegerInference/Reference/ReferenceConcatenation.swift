/// Tensors one behind the other along an axis: LiteRT's `CONCATENATION`.
///
/// They share the result's grid, so their codes are copied: from each as many in a row as lie behind the axis.
struct ReferenceConcatenation: IntegerStep {
  private let inputs: [Int]
  private let output: Int
  /// The codes in a row of each input: its extents from the axis on.
  private let runs: [Int]
  /// How many such rows an example has.
  private let rows: Int

  init(_ number: Int, in model: IntegerModel, axis: Int) {
    let operation = model.operations[number]
    (inputs, output) = (operation.inputs, number)
    runs = operation.inputs.map { model.operations[$0].shape[axis...].reduce(1, *) }
    rows = operation.shape[..<axis].reduce(1, *)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    var result = memory[output]
    for row in 0..<(examples * rows) {
      for (input, run) in zip(inputs, runs) {
        result.update(from: memory[input] + row * run, count: run)
        result += run
      }
    }
  }
}
