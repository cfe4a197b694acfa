import CKernels
import FixedPoint

/// A kernel whose weights are packed for convolution, and its bias corrected for the input's zero point.
final class PackedKernel {
  /// The windows it was prepared for.
  let windows: qat_windows
  private let product: qat_integer_product
  private let inputZeroPoint: Int32
  private let workers: Int
  private let block: KernelBlock

  /// Packs the kernel of the operation of this number; `pool` is 2 for one with a pooling behind it.
  ///
  /// A single image's filters are divided among up to `workers` threads, unless they are busy with other images.
  init(
    _ number: Int, in model: IntegerModel, kernel: IntegerKernel, windows: qat_windows, pool: Int,
    workers: Int
  ) {
    (self.windows, self.workers) = (windows, workers)
    inputZeroPoint = model.operations[model.operations[number].inputs[0]].grid.zeroPoint
    let filters = kernel.bias.count
    block = KernelBlock(weightBytes: qat_integer_packed_bytes(windows, filters), filters: filters)
    qat_integer_pack(
      windows, filters, kernel.codes, kernel.bias, inputZeroPoint, block.weights, block.bias)
    product = block.product(windows, pool: pool, Requantizer(number, in: model, kernel: kernel))
  }

  /// The bytes that `run` needs to work in.
  func scratchBytes(of windows: qat_windows) -> Int {
    CodeMemory.wholeLines(qat_integer_padded_bytes(windows)) + qat_integer_sums_bytes(windows, workers)
  }

  /// Computes one image; windows differ from the kernel's own in their number alone.
  func run(
    _ codes: UnsafePointer<Int8>, _ windows: qat_windows, _ scratch: UnsafeMutableRawPointer,
    into result: UnsafeMutablePointer<Int8>
  ) {
    var product = product
    product.windows = windows
    let sums = scratch + CodeMemory.wholeLines(qat_integer_padded_bytes(windows))
    qat_integer_convolve(
      &product, codes, inputZeroPoint, workers, scratch, sums.assumingMemoryBound(to: Int32.self), result)
  }
}
