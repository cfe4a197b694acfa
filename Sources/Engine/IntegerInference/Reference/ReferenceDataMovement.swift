/// Pixels of real 0 around images: LiteRT's `PAD`.
struct ReferencePadding: IntegerStep {
  private let input: Int
  private let output: Int
  private let extents: ImageExtents
  private let padding: Window.Padding
  private let zero: Int8

  init(_ number: Int, in model: IntegerModel, padding: Window.Padding) {
    let operation = model.operations[number]
    (input, output, self.padding) = (operation.inputs[0], number, padding)
    extents = ImageExtents(number, in: model)
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
