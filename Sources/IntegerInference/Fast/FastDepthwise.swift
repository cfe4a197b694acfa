import CKernels

/// A depthwise convolution with one filter a channel, 16 channels at a time.
final class FastDepthwise: ScratchStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let inputZeroPoint: Int32
  private let product: qat_integer_product
  private let block: UnsafeMutableRawPointer

  /// Prepares the operation of this number, whose kernel has a multiplier of 1.
  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    (input, output) = (model.operations[number].inputs[0], number)
    counts = (model.operations[input].count, model.operations[output].count)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    let channels = kernel.bias.count
    let padded = qat_integer_padded_filters(channels)
    let weights = CodeMemory.wholeLines(kernel.codes.count)
    let column = CodeMemory.wholeLines(8 * padded)  // as wide as a double
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: weights + 3 * column, alignment: CodeMemory.line)
    self.block = block
    let codes = block.bindMemory(to: Int8.self, capacity: kernel.codes.count)
    codes.update(from: kernel.codes, count: kernel.codes.count)
    let bias = (block + weights).bindMemory(to: Int32.self, capacity: padded)
    bias.initialize(repeating: 0, count: padded)
    bias.update(from: kernel.bias, count: channels)
    product = qat_integer_product(
      windows: qat_windows(ImageExtents(number, in: model), window), filters: channels, pool: 1,
      packed: UnsafeRawPointer(block), bias: UnsafePointer(bias),
      requantization: qat_requantization(
        Requantizer(number, in: model, kernel: kernel), padded: padded, at: block + weights + column,
        block + weights + 2 * column))
  }

  deinit { block.deallocate() }

  func scratchBytes(examples: Int) -> Int { qat_integer_sums_bytes(product.windows, 1) }

  func run(_ memory: CodeMemory, examples: Int) {
    var product = product
    let sums = memory.scratch.assumingMemoryBound(to: Int32.self)
    for example in 0..<examples {
      qat_integer_depthwise(
        &product, memory[input] + example * counts.input, inputZeroPoint, sums,
        memory[output] + example * counts.output)
    }
  }
}
