import CKernels

/// A convolution by the processor's products of bytes, with a max pooling of 2 × 2 behind it if there is one.
struct FastConvolution: ScratchStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let kernel: PackedKernel

  /// Prepares the operation of this number; `pool` is the number of its pooling.
  init(
    _ number: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window, pool: Int?, workers: Int
  ) {
    (input, output) = (model.operations[number].inputs[0], pool ?? number)
    counts = (model.operations[input].count, model.operations[output].count)
    let extents = ImageExtents(number, in: model)
    self.kernel = PackedKernel(
      number, in: model, kernel: kernel, windows: qat_windows(extents, window), pool: pool == nil ? 1 : 2,
      workers: workers)
  }

  func scratchBytes(examples: Int) -> Int { kernel.scratchBytes(of: kernel.windows) }

  func run(_ memory: CodeMemory, examples: Int) {
    for example in 0..<examples {
      kernel.run(
        memory[input] + example * counts.input, kernel.windows, memory.scratch,
        into: memory[output] + example * counts.output)
    }
  }
}

extension qat_windows {
  /// The windows of an operation on images.
  init(_ extents: ImageExtents, _ window: Window) {
    self.init(
      height: extents.input.height, width: extents.input.width, channels: extents.input.channels,
      out_height: extents.output.height, out_width: extents.output.width, window_height: window.height,
      window_width: window.width, stride_height: window.verticalStride, stride_width: window.horizontalStride,
      pad_top: window.padding.top, pad_left: window.padding.left)
  }
}
