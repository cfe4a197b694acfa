import CKernels
import FixedPoint

/// A kernel with weights packed for the C loops, and a bias corrected for the input's zero point.
final class PackedKernel {
  /// The windows for which the kernel was prepared.
  let windows: qat_windows
  private let product: qat_integer_product
  private let workers: Int
  private let block: KernelBlock

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
    let filters = kernel.bias32.count
    block = KernelBlock(weightBytes: qat_integer_packed_bytes(table, windows, filters), filters: filters)
    var product = block.product(
      table: table, windows, pool: pool,
      inputZeroPoint: model.operations[model.operations[index].inputs[0]].grid.zeroPoint,
      Requantizer(index, in: model, kernel: kernel))
    qat_integer_pack(&product, kernel.intWeights, kernel.bias32, block.weights, block.bias)
    self.product = product
  }

  /// The bytes of working memory that `run` needs.
  func scratchBytes(of windows: qat_windows) -> Int {
    var product = product
    product.windows = windows
    return paddedBytes(of: product) + qat_integer_sums_bytes(&product, workers)
  }

  /// Computes one image; `windows` may differ from the kernel's own only in their number.
  func run(
    _ codes: UnsafePointer<Int8>, _ windows: qat_windows, _ scratch: UnsafeMutableRawPointer,
    into result: UnsafeMutablePointer<Int8>
  ) {
    var product = product
    product.windows = windows
    let sums = scratch + paddedBytes(of: product)
    qat_integer_convolve(
      &product, codes, workers, scratch, sums.assumingMemoryBound(to: Int32.self), result)
  }

  private func paddedBytes(of product: qat_integer_product) -> Int {
    var product = product
    return CodeMemory.wholeLines(qat_integer_padded_bytes(&product, workers))
  }
}

/// The memory of a kernel for the C loops: packed weights, then bias and multipliers padded to whole vectors.
final class KernelBlock {
  let weights: UnsafeMutableRawPointer
  /// The biases, to be written; 0 for the padding filters.
  let bias: UnsafeMutablePointer<Int32>
  private let filters: Int
  private let multipliers: (first: UnsafeMutableRawPointer, second: UnsafeMutableRawPointer)

  /// Allocates memory for the weights, and for biases and multipliers of `filters` filters.
  init(weightBytes: Int, filters: Int) {
    let padded = qat_integer_padded_filters(filters)
    let weightBytes = CodeMemory.wholeLines(weightBytes)
    let column = CodeMemory.wholeLines(8 * padded)  // as wide as a double
    weights = .allocate(byteCount: weightBytes + 3 * column, alignment: CodeMemory.line)
    bias = (weights + weightBytes).bindMemory(to: Int32.self, capacity: padded)
    bias.initialize(repeating: 0, count: padded)
    multipliers = (weights + weightBytes + column, weights + weightBytes + 2 * column)
    self.filters = filters
  }

  deinit { weights.deallocate() }

  /// The kernel for the C loops, valid as long as this block exists; `pool` is 2 if a max pooling is fused.
  func product(
    table: KernelTable, _ windows: qat_windows, pool: Int, inputZeroPoint: Int32,
    _ requantizer: Requantizer
  ) -> qat_integer_product {
    qat_integer_product(
      kernels: table, windows: windows, filters: filters, pool: pool, input_zero_point: inputZeroPoint,
      packed: UnsafeRawPointer(weights), bias: UnsafePointer(bias),
      requantization: qat_requantization(
        requantizer, padded: qat_integer_padded_filters(filters), at: multipliers.first, multipliers.second))
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
