/// An operation prepared to run, with its constants and the indices of its buffers.
///
/// An implementation of a model is a list of steps. A step may fuse several operations; the intermediate
/// outputs, which nothing else reads, are then not written.
package protocol IntegerStep {
  /// Computes the outputs of the first `examples` examples, which are contiguous.
  func run(_ memory: CodeMemory, examples: Int)
}

/// The memory of a session: output codes of operations, accumulators and working memory.
///
/// It is allocated once. Pages that no step writes to cost nothing.
package final class CodeMemory {
  /// The largest number of examples.
  package let maximumBatch: Int
  /// An accumulator for each channel of the operation with the most channels.
  package let accumulators: UnsafeMutablePointer<Int32>
  /// Working memory of a step while it runs.
  package let scratch: UnsafeMutableRawPointer
  private let block: UnsafeMutableRawPointer
  private var tensors: [UnsafeMutablePointer<Int8>]

  /// Allocates memory for batches of up to `maximumBatch` examples, separate for each of the operations at `indices`; nil
  /// means all of them, and others have none.
  package convenience init(_ model: IntegerModel, maximumBatch: Int, holding indices: Set<Int>? = nil) {
    var (offsets, size) = ([Int](), 0)
    for (index, operation) in model.operations.enumerated() {
      offsets.append(size)
      if indices?.contains(index) ?? true { size += Self.wholeLines(operation.count * maximumBatch) }
    }
    self.init(model, maximumBatch: maximumBatch, offsets: offsets, size: size, scratch: 0)
  }

  /// Allocates memory with a given layout; offsets and sizes are multiples of a cache line.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - maximumBatch: The largest number of examples.
  ///   - offsets: The offset of each operation's codes, in bytes.
  ///   - size: The bytes of all codes.
  ///   - scratch: The bytes of working memory.
  package init(_ model: IntegerModel, maximumBatch: Int, offsets: [Int], size: Int, scratch: Int) {
    self.maximumBatch = maximumBatch
    let channels = model.operations.map { $0.shape.last ?? 1 }.max() ?? 1
    let accumulatorBytes = Self.wholeLines(4 * channels)
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: accumulatorBytes + size + scratch, alignment: Self.line)
    self.block = block
    accumulators = block.bindMemory(to: Int32.self, capacity: channels)
    tensors = zip(offsets, model.operations).map { offset, operation in
      (block + accumulatorBytes + offset).bindMemory(
        to: Int8.self, capacity: operation.count * maximumBatch)
    }
    self.scratch = block + accumulatorBytes + size
  }

  deinit { block.deallocate() }

  /// The output codes of the operation at this index, example after example.
  package subscript(index: Int) -> UnsafeMutablePointer<Int8> { tensors[index] }

  /// Lets the codes of an operation stand elsewhere.
  package func place(_ index: Int, at codes: UnsafeMutablePointer<Int8>) { tensors[index] = codes }

  /// The bytes of a cache line and of the widest vector.
  package static let line = 64

  /// `count` rounded up to a larger multiple of a cache line, so that there is always some space at the end.
  package static func wholeLines(_ count: Int) -> Int { (count + line) / line * line }
}
