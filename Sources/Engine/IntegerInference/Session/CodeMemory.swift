/// The memory of a session: the output codes of every operation, and accumulators.
///
/// It is taken once. Pages that no step writes to cost nothing.
package final class CodeMemory {
  /// The most examples that there is room for.
  package let maximumBatch: Int
  /// An accumulator for each channel of the operation that has the most.
  package let accumulators: UnsafeMutablePointer<Int32>
  /// Memory that a step may use while it runs.
  package let scratch: UnsafeMutableRawPointer
  private let block: UnsafeMutableRawPointer
  private let tensors: [UnsafeMutablePointer<Int8>]

  /// Takes memory for batches of up to `maximumBatch` examples, where each operation has a place of its own.
  package convenience init(_ model: IntegerModel, maximumBatch: Int) {
    var (offsets, size) = ([Int](), 0)
    for operation in model.operations {
      offsets.append(size)
      size += Self.wholeLines(operation.count * maximumBatch)
    }
    self.init(model, maximumBatch: maximumBatch, offsets: offsets, size: size, scratch: 0)
  }

  /// Takes memory of `size` bytes for codes, each operation's at its offset, and `scratch` bytes.
  ///
  /// Offsets and sizes are whole cache lines.
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

  /// The output codes of the operation of this number, example after example.
  package subscript(number: Int) -> UnsafeMutablePointer<Int8> { tensors[number] }

  /// A cache line, and the widest vector.
  package static let line = 64

  /// `count` bytes, rounded up to more than they need: always some room behind.
  package static func wholeLines(_ count: Int) -> Int { (count + line) / line * line }
}
