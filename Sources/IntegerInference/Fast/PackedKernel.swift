import CKernels
import FixedPoint

/// A kernel as the C loops want it: weights in the order in which they are used, the bias corrected for the
/// input's zero point, multipliers in arrays, all of it for whole vectors of filters.
final class PackedKernel {
  /// The windows it was prepared for.
  let windows: qat_windows
  private let product: qat_integer_product
  private let inputZeroPoint: Int32
  private let workers: Int
  private let block: UnsafeMutableRawPointer

  /// Packs the kernel of the operation of this number; `pool` is 2 for one with a pooling behind it.
  ///
  /// A single image's filters are divided among up to `workers` threads, unless they are busy with other images.
  init(
    _ number: Int, in model: IntegerModel, kernel: IntegerKernel, windows: qat_windows, pool: Int,
    workers: Int
  ) {
    (self.windows, self.workers) = (windows, workers)
    inputZeroPoint = model.operations[model.operations[number].inputs[0]].grid.zeroPoint
    let requantizer = Requantizer(number, in: model, kernel: kernel)
    let filters = kernel.bias.count
    let padded = qat_integer_padded_filters(filters)
    let weights = CodeMemory.wholeLines(qat_integer_packed_bytes(windows, filters))
    let column = CodeMemory.wholeLines(8 * padded)  // as wide as a double
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: weights + 3 * column, alignment: CodeMemory.line)
    self.block = block
    let bias = (block + weights).bindMemory(to: Int32.self, capacity: padded)
    qat_integer_pack(windows, filters, kernel.codes, kernel.bias, inputZeroPoint, block, bias)
    product = qat_integer_product(
      windows: windows, filters: filters, pool: pool, packed: UnsafeRawPointer(block),
      bias: UnsafePointer(bias),
      requantization: qat_requantization(
        requantizer, padded: padded, at: block + weights + column, block + weights + 2 * column))
  }

  deinit { block.deallocate() }

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

extension qat_requantization {
  /// Writes a requantizer's multipliers into two columns of memory, 0 where there are no filters.
  init(
    _ requantizer: Requantizer, padded: Int, at first: UnsafeMutableRawPointer,
    _ second: UnsafeMutableRawPointer
  ) {
    self.init()
    zero_point = requantizer.zeroPoint
    (lowest, highest) = (requantizer.limits.lowerBound, requantizer.limits.upperBound)
    switch requantizer.multipliers {
    case .fixedPoint(let values, _):
      mantissas = Self.column(values.map(\.mantissa), padded, at: first)
      shifts = Self.column(values.map { Int32($0.shift) }, padded, at: second)
    case .significand(let values): precise = Self.column(values.map(\.realValue), padded, at: first)
    case .float(let values): multipliers = Self.column(values.map(\.value), padded, at: first)
    }
  }

  private static func column<Number: Numeric>(
    _ values: [Number], _ padded: Int, at memory: UnsafeMutableRawPointer
  ) -> UnsafePointer<Number> {
    let column = memory.bindMemory(to: Number.self, capacity: padded)
    column.initialize(repeating: 0, count: padded)
    column.update(from: values, count: values.count)
    return UnsafePointer(column)
  }
}

extension SignificandMultiplier {
  /// The multiplier as a double, exactly.
  fileprivate var realValue: Double {
    Double(sign: .plus, exponent: exponent, significand: Double(significand))
  }
}
