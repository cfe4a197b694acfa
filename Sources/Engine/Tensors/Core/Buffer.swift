import CKernels

/// The memory of a tensor: uninitialised floats from a pool, given back when the last owner lets go.
///
/// Written once, by whoever made it, before any tensor shows it; read-only from then on, so tensors of
/// different shapes may share it.
final class Buffer {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    pointer = qat_buffer_take(count)
  }

  deinit { qat_buffer_give(pointer, count) }

  /// Lends `body` memory for the length of the call; its contents are undefined.
  static func withScratch<Result>(
    _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
  ) -> Result {
    let pointer: UnsafeMutablePointer<Float> = qat_buffer_take(count)
    defer { qat_buffer_give(pointer, count) }
    return body(pointer)
  }

  var mutable: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}

/// What the pool of tensor memory has done since the process began.
package struct BufferStatistics: Hashable, Sendable {
  /// Blocks fetched from the system.
  package let allocated: Int
  /// Requests served by a block that was given back.
  package let recycled: Int
  /// Blocks in use now.
  package let inUse: Int

  /// The counts at this moment.
  package static var now: BufferStatistics {
    let counts = qat_buffer_pool_counts()
    return BufferStatistics(allocated: counts.allocated, recycled: counts.recycled, inUse: counts.in_use)
  }
}
