import CKernels

/// A max pooling on its own: one that is not computed along with the convolution before it.
struct FastMaxPooling: IntegerStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let windows: qat_windows

  /// Prepares the operation of this number.
  init(_ number: Int, in model: IntegerModel, window: Window) {
    (input, output) = (model.operations[number].inputs[0], number)
    counts = (model.operations[input].count, model.operations[output].count)
    windows = qat_windows(ImageExtents(number, in: model), window)
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      qat_integer_max_pool(
        windows, memory[input] + example * counts.input, memory[output] + example * counts.output)
    }
  }
}
