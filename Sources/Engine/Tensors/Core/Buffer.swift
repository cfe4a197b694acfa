import CKernels

/// The memory of a tensor: uninitialised floats from a pool, given back when the last owner releases them.
///
/// Its creator writes it once, before it becomes part of a tensor. From then on it is read-only, so tensors of
/// different shapes may share it; only `Tensor.addInPlace` writes it again, when nobody else refers to it.
final class Buffer {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    pointer = qat_buffer_take(count)
  }

  deinit { qat_buffer_give(pointer, count) }

  /// Calls `body` with memory that is valid during the call; its contents are undefined.
  static func withScratch<Result>(
    _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
  ) -> Result {
    let pointer: UnsafeMutablePointer<Float> = qat_buffer_take(count)
    defer { qat_buffer_give(pointer, count) }
    return body(pointer)
  }

  var mutable: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}

/// Counts of the pool of tensor memory since the process began.
package struct BufferStatistics: Hashable, Sendable {
  /// The blocks fetched from the system.
  package let allocated: Int
  /// The requests served by a block that had been given back.
  package let recycled: Int
  /// The blocks in use.
  package let inUse: Int

  /// The counts at this moment.
  package static var now: BufferStatistics {
    let counts = qat_buffer_pool_counts()
    return BufferStatistics(allocated: counts.allocated, recycled: counts.recycled, inUse: counts.in_use)
  }
}
