import CKernels

/// A depthwise convolution with one filter a channel, 16 channels at a time.
final class FastDepthwise: ScratchStep {
  private let input: Int
  private let output: Int
  private let counts: (input: Int, output: Int)
  private let inputZeroPoint: Int32
  private let product: qat_integer_product
  private let block: KernelBlock

  /// Prepares the operation of this number, whose kernel has a multiplier of 1.
  init(_ number: Int, in model: IntegerModel, kernel: IntegerKernel, window: Window) {
    (input, output) = (model.operations[number].inputs[0], number)
    counts = (model.operations[input].count, model.operations[output].count)
    inputZeroPoint = model.operations[input].grid.zeroPoint
    block = KernelBlock(weightBytes: kernel.codes.count, filters: kernel.bias.count)
    block.weights.copyMemory(from: kernel.codes, byteCount: kernel.codes.count)
    block.bias.update(from: kernel.bias, count: kernel.bias.count)
    product = block.product(
      qat_windows(ImageExtents(number, in: model), window), pool: 1,
      Requantizer(number, in: model, kernel: kernel))
  }

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
