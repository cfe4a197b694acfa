import CKernels
import FixedPoint

/// A kernel with weights packed for the C loops, and a bias corrected for the input's zero point.
final class PackedKernel {
  /// The windows for which the kernel was prepared.
  let windows: qat_windows
  private let product: qat_integer_product
  private let workers: Int
  private let block: KernelBlock
  /// The bytes of working memory before the sums: the same for any number of windows of one pixel.
  private let paddedBytes: Int

  /// Packs the kernel of the operation at an index.
  ///
  /// - Parameters:
  ///   - index: The index of the operation.
  ///   - model: The model.
  ///   - table: The C functions that pack the weights and compute with them.
  ///   - kernel: The operation's kernel.
  ///   - windows: The windows of the operation.
  ///   - pool: 2 if a max pooling of 2 × 2 is fused, else 1.
  ///   - workers: The most threads that share the filters of a single image, unless they are busy with other
  ///     images.
  init(
    _ index: Int, in model: IntegerModel, table: KernelTable, kernel: IntegerKernel,
    windows: qat_windows, pool: Int, workers: Int
  ) {
    (self.windows, self.workers) = (windows, workers)
    block = KernelBlock(
      weightBytes: qat_integer_packed_bytes(table, windows, kernel.bias32.count),
      filters: kernel.bias32.count, Requantizer(index, in: model, kernel: kernel))
    var product = block.product(
      table: table, windows, pool: pool,
      inputZeroPoint: model.operations[model.operations[index].inputs[0]].grid.zeroPoint)
    qat_integer_pack(&product, kernel.intWeights, kernel.bias32, block.weights, block.bias)
    paddedBytes = CodeMemory.wholeLines(qat_integer_padded_bytes(&product, workers))
    self.product = product
  }

  /// Where `run` may write.
  func inPlace(_ windows: qat_windows) -> InPlace? {
    var product = product
    product.windows = windows
    let kept = qat_integer_kept_bytes(&product, workers)
    if kept < windows.height * windows.width * windows.channels { return .behind(kept) }
    let hasSameShape = windows.out_height * windows.out_width == windows.height * windows.width
    return hasSameShape && windows.channels == product.filters ? .sameCodes : nil
  }

  /// The bytes of working memory that `run` needs.
  func scratchBytes(of windows: qat_windows) -> Int {
    var product = product
    product.windows = windows
    return paddedBytes + qat_integer_sums_bytes(&product, workers)
  }

  /// Computes one image; `windows` may differ from the kernel's own only in their number.
  func run(
    _ codes: UnsafePointer<Int8>, _ windows: qat_windows, _ scratch: UnsafeMutableRawPointer,
    into result: UnsafeMutablePointer<Int8>
  ) {
    var product = product
    product.windows = windows
    let sums = scratch + paddedBytes
    qat_integer_convolve(
      &product, codes, workers, scratch, sums.assumingMemoryBound(to: Int32.self), result)
  }
}

/// The memory of a kernel for the C loops: packed weights, then bias and multipliers padded to whole vectors.
final class KernelBlock {
  let weights: UnsafeMutableRawPointer
  /// The biases, to be written; 0 for the padding filters.
  let bias: UnsafeMutablePointer<Int32>
  private let filters: Int
  private let requantization: qat_requantization

  /// Allocates memory for the weights, and for biases and multipliers of `filters` filters.
  init(weightBytes: Int, filters: Int, _ requantizer: Requantizer) {
    let padded = qat_integer_padded_filters(filters)
    let weightBytes = CodeMemory.wholeLines(weightBytes)
    let columns = requantizer.multipliers.columnBytes(padded)
    weights = .allocate(
      byteCount: CodeMemory.wholeLines(weightBytes + 4 * padded + columns.first + columns.second),
      alignment: CodeMemory.line)
    bias = (weights + weightBytes).bindMemory(to: Int32.self, capacity: padded)
    bias.initialize(repeating: 0, count: padded)
    let first = weights + weightBytes + 4 * padded
    requantization = qat_requantization(requantizer, padded: padded, at: first, first + columns.first)
    self.filters = filters
  }

  deinit { weights.deallocate() }

  /// The kernel for the C loops, valid as long as this block exists; `pool` is 2 if a max pooling is fused.
  func product(
    table: KernelTable, _ windows: qat_windows, pool: Int, inputZeroPoint: Int32
  ) -> qat_integer_product {
    qat_integer_product(
      kernels: table, windows: windows, filters: filters, pool: pool, input_zero_point: inputZeroPoint,
      packed: UnsafeRawPointer(weights), bias: UnsafePointer(bias), requantization: requantization)
  }
}

extension Requantizer.Multipliers {
  /// The bytes of `count` multipliers in each of their columns, of which some have only the first.
  fileprivate func columnBytes(_ count: Int) -> (first: Int, second: Int) {
    switch self {
    case .fixedPoint: (4 * count, 4 * count)
    case .significand: (8 * count, 0)
    case .float: (4 * count, 0)
    }
  }
}

extension qat_requantization {
  /// Writes a requantizer's multipliers into two columns of memory, with 0 for padding filters.
  init(
    _ requantizer: Requantizer, padded: Int, at first: UnsafeMutableRawPointer,
    _ second: UnsafeMutableRawPointer
  ) {
    self.init()
    zero_point = requantizer.zeroPoint
    (lowest, highest) = (requantizer.activationRange.lowerBound, requantizer.activationRange.upperBound)
    switch requantizer.multipliers {
    case .fixedPoint(let values, _):
      mantissas = Self.column(values.map(\.mantissa), padded, at: first)
      shifts = Self.column(values.map { Int32($0.shift) }, padded, at: second)
    case .significand(let values):
      double_multipliers = Self.column(values.map(\.realValue), padded, at: first)
    case .float(let values): multipliers = Self.column(values.map(\.value), padded, at: first)
    }
  }

  private static func column<Value: Numeric>(
    _ values: [Value], _ padded: Int, at memory: UnsafeMutableRawPointer
  ) -> UnsafePointer<Value> {
    let column = memory.bindMemory(to: Value.self, capacity: padded)
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

extension Requantizer {
  /// The requantizer with its first multiplier `count` times.
  func repeated(_ count: Int) -> Requantizer {
    func all<Multiplier>(_ multipliers: [Multiplier]) -> [Multiplier] {
      Array(repeating: multipliers[0], count: count)
    }
    let repeated: Multipliers =
      switch multipliers {
      case .fixedPoint(let values, let roundings): .fixedPoint(all(values), roundings)
      case .significand(let values): .significand(all(values))
      case .float(let values): .float(all(values))
      }
    return Requantizer(multipliers: repeated, zeroPoint: zeroPoint, activationRange: activationRange)
  }
}
