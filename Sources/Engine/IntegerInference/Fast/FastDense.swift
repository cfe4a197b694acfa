import CKernels

/// A dense layer by the same loops as `FastConvolution`: its rows of inputs are the pixels of an image one pixel
/// high, and many of them share what is loaded of the kernel.
struct FastDense: ScratchStep {
  private let input: Int
  private let output: Int
  private let rows: Int
  private let (inputs, units): (Int, Int)
  private let kernel: PackedKernel

  /// The rows multiplied at a time.
  private static let mostRows = 56

  /// Prepares the operation of this number.
  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel, workers: Int) {
    let operation = model.operations[number]
    (input, output) = (operation.inputs[0], number)
    (inputs, units) = (kernel.shape[0], kernel.shape[1])
    rows = operation.count / units
    self.kernel = PackedKernel(
      number, in: model, kernel: kernel, windows: Self.windows(rows: 1, inputs: inputs), pool: 1,
      workers: workers)
  }

  func scratchBytes(examples: Int) -> Int {
    kernel.scratchBytes(of: Self.windows(rows: min(examples * rows, Self.mostRows), inputs: inputs))
  }

  func run(_ memory: CodeMemory, examples: Int) {
    for first in stride(from: 0, to: examples * rows, by: Self.mostRows) {
      let count = min(Self.mostRows, examples * rows - first)
      kernel.run(
        memory[input] + first * inputs, Self.windows(rows: count, inputs: inputs), memory.scratch,
        into: memory[output] + first * units)
    }
  }

  private static func windows(rows: Int, inputs: Int) -> qat_windows {
    qat_windows(
      height: 1, width: rows, channels: inputs, out_height: 1, out_width: rows, window_height: 1,
      window_width: 1, stride_height: 1, stride_width: 1, pad_top: 0, pad_left: 0)
  }
}
