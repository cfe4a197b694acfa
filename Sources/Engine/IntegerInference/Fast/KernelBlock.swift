import CKernels

/// The numbers of a kernel where the C loops find them: weights in the order in which they are used, then the bias
/// and the multipliers in columns for whole vectors of filters.
final class KernelBlock {
  let weights: UnsafeMutableRawPointer
  /// A number for each filter and 0 for those beyond, to be written.
  let bias: UnsafeMutablePointer<Int32>
  private let filters: Int
  private let multipliers: (first: UnsafeMutableRawPointer, second: UnsafeMutableRawPointer)

  /// Takes memory for so many bytes of weights, and columns of so many filters.
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

  /// The kernel for the C loops, which holds as long as this block lives; `pool` is 2 for one with a pooling behind.
  func product(_ windows: qat_windows, pool: Int, _ requantizer: Requantizer) -> qat_integer_product {
    qat_integer_product(
      windows: windows, filters: filters, pool: pool, packed: UnsafeRawPointer(weights),
      bias: UnsafePointer(bias),
      requantization: qat_requantization(
        requantizer, padded: qat_integer_padded_filters(filters), at: multipliers.first, multipliers.second))
  }
}
