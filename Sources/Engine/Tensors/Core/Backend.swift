import CKernels
import Support

/// The kernels and the threads that compute a tensor's operations.
///
/// The result of an operation has the backend of its first operand, as a tensor elsewhere has its device.
package struct Backend: Hashable, Sendable {
  /// The two families of kernels.
  ///
  /// They add in different orders: their sums of n products differ by about √n ulps of the largest terms.
  package enum Kernels: Hashable, Sendable {
    /// Matrix products and convolutions by oneDNN, everything else by the portable kernels; in inference products by
    /// `InferenceConvolution` where the processor has fused multiply-adds. See `convolutions` too.
    case oneDNN
    /// C without dependencies, on every platform.
    case portable
  }

  /// The kernels in use.
  package var kernels: Kernels
  /// How convolutions and their gradients are computed, plain, fused and transposed; a trainer sets it for the inputs of
  /// its steps.
  package var convolutions: ConvolutionAlgorithm
  /// The lanes of the vectors of convolutions in Winograd's form, or nil for the processor's; no result depends on them.
  package var lanes: Int?
  /// The number of threads, or nil for one a core; no result depends on it.
  package var workers: Int?

  /// The default: oneDNN if this build has it, on as many threads as there are cores.
  package static let standard = Backend(
    kernels: qat_onednn_version() > 0 ? .oneDNN : .portable, workers: nil)
  /// The portable kernels, on as many threads as there are cores.
  package static let portable = Backend(kernels: .portable, workers: nil)

  /// Creates a backend.
  package init(kernels: Kernels, workers: Int?, convolutions: ConvolutionAlgorithm = .direct) {
    require(
      workers.map { $0 > 0 } ?? true, "Backend: the number of threads is above 0, or nil for one a core")
    self.kernels = kernels
    self.workers = workers
    self.convolutions = convolutions
  }

  /// The number of parts that a computation is cut into, the same on every machine.
  ///
  /// Partial sums are added in the order of the shards, so bits do not depend on the number of threads.
  package static let shards = 8

  /// Less work than this, in elements touched, is not worth waking a thread for.
  private static let worthThreads = 1 << 16
  /// The number of multiply-adds that take about as long as touching one element.
  package static let multiplyAddsPerElement = 16

  /// Cuts `0 ..< count` into at most ``shards`` ranges and runs `body` on each.
  ///
  /// Several threads run if there is enough `work`, measured in elements touched. `body` gets the index of the
  /// shard and its range; it may write only memory that belongs to its shard.
  package func forEachShard(
    of count: Int, work: Int, _ body: (_ shard: Int, _ range: Range<Int>) -> Void
  ) {
    run(min(Self.shards, count), on: threads(for: work), of: count, body)
  }

  /// Cuts `0 ..< count` into one range for each thread and runs `body` on each.
  ///
  /// For computations of which no bit depends on where they are cut: the number of threads is the machine's.
  ///
  /// - Parameters:
  ///   - count: The number of elements.
  ///   - work: The cost of the whole, in elements touched.
  ///   - body: Computes a range. It runs on several threads at once.
  package func forEachThread(of count: Int, work: Int, _ body: (_ range: Range<Int>) -> Void) {
    let threads = threads(for: work)
    run(min(threads, count), on: threads, of: count) { body($1) }
  }

  private func threads(for work: Int) -> Int { work < Self.worthThreads ? 1 : workers ?? qat_core_count() }

  private func run(
    _ shards: Int, on workers: Int, of count: Int, _ body: (_ shard: Int, _ range: Range<Int>) -> Void
  ) {
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
