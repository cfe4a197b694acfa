import CKernels

/// How the operations of a tensor are computed: by which kernels, and on how many threads.
///
/// A tensor carries its backend to every result computed from it, as a tensor elsewhere carries its device.
/// The result of two operands takes the first one's.
package struct Backend: Hashable, Sendable {
  /// The two families of kernels.
  ///
  /// They add in different orders: a sum of n products differs by some √n ulps of its largest terms.
  package enum Kernels: Hashable, Sendable {
    /// oneDNN's matrix products and convolutions; everything else is portable.
    case oneDNN
    /// Our own C, on every platform.
    case portable
  }

  /// The kernels in use.
  package var kernels: Kernels
  /// The number of threads, or nil for one a core.
  ///
  /// Never changes a bit of any result.
  package var workers: Int?

  /// What this build does unless told otherwise.
  package static let standard = Backend(
    kernels: qat_onednn_version() > 0 ? .oneDNN : .portable, workers: nil)
  /// The portable kernels on as many threads as there are cores.
  package static let portable = Backend(kernels: .portable, workers: nil)

  /// Creates a backend.
  package init(kernels: Kernels, workers: Int?) {
    self.kernels = kernels
    self.workers = workers
  }

  /// The number of parts a computation is cut into, whatever the machine: partial sums are added in the
  /// order of the parts, so bits do not depend on the number of threads.
  package static let shards = 8

  /// Less work than this, in elements touched, is not worth waking a thread for.
  private static let worthThreads = 1 << 16
  /// Multiply-adds that take about as long as it takes to touch an element.
  static let multiplyAddsPerElement = 16

  /// Cuts `0 ..< count` into at most `shards` parts and runs `body` on each, on several threads if the
  /// `work` is worth it.
  ///
  /// `body` gets the part's number and its range, and must write only what is its own.
  package func forEachShard(
    of count: Int, work: Int, _ body: (_ shard: Int, _ range: Range<Int>) -> Void
  ) {
    let shards = min(Self.shards, count)
    let workers = work < Self.worthThreads ? 1 : workers ?? 0
    // The C threads call back through a pointer to the closure, which outlives the call.
    withoutActuallyEscaping(body) { body in
      let runShard: (Int) -> Void = { shard in
        body(shard, count * shard / shards..<count * (shard + 1) / shards)
      }
      withUnsafePointer(to: runShard) { runShard in
        qat_run_shards(
          shards, workers,
          { context, shard in context?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(shard) },
          UnsafeMutableRawPointer(mutating: runShard))
      }
    }
  }
}
