/// The same codes with another shape: LiteRT's `RESHAPE`.
struct ReferenceReshape: IntegerStep {
  private let input: Int
  private let output: Int
  private let count: Int

  init(_ index: Int, in model: IntegerModel) {
    let operation = model.operations[index]
    (input, output, count) = (operation.inputs[0], index, operation.count)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    memory[output].update(from: memory[input], count: examples * count)
  }
}

/// The concatenation of tensors along an axis: LiteRT's `CONCATENATION`.
///
/// All tensors have the grid of the result, so their codes are copied, in contiguous runs.
struct ReferenceConcatenation: IntegerStep {
  private let inputs: [Int]
  private let output: Int
  /// The length of a contiguous run of each input: the product of its extents from the axis on.
  private let runs: [Int]
  /// The number of runs of each input per example.
  private let rows: Int

  init(_ index: Int, in model: IntegerModel, axis: Int) {
    let operation = model.operations[index]
    (inputs, output) = (operation.inputs, index)
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

/// Padding of images with pixels of real 0: LiteRT's `PAD`.
struct ReferencePadding: IntegerStep {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let padding: Window.Padding
  private let zero: Int8

  init(_ index: Int, in model: IntegerModel, padding: Window.Padding) {
    let operation = model.operations[index]
    (input, output, self.padding) = (operation.inputs[0], index, padding)
    extents = ImageExtents(index, in: model)
    zero = Int8(truncatingIfNeeded: operation.grid.zeroPoint)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    let (image, result) = (memory[input], memory[output])
    result.update(repeating: zero, count: examples * extents.outputCount)
    let rowCount = extents.input.width * extents.input.channels
    for example in 0..<examples {
      for row in 0..<extents.input.height {
        let source = image + example * extents.inputCount + row * rowCount
        let pixel = (padding.top + row) * extents.output.width + padding.left
        (result + example * extents.outputCount + pixel * extents.output.channels)
          .update(from: source, count: rowCount)
      }
    }
  }
}
