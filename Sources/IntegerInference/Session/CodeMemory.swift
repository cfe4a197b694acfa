/// The memory of a session: the output codes of every operation, and accumulators.
///
/// It is taken once. Pages that no step writes to cost nothing.
package final class CodeMemory {
  /// The most examples that there is room for.
  package let maximumBatch: Int
  /// An accumulator for each channel of the operation that has the most.
  package let accumulators: UnsafeMutablePointer<Int32>
  private let block: UnsafeMutableRawPointer
  private let tensors: [UnsafeMutablePointer<Int8>]

  /// Takes memory for batches of up to `maximumBatch` examples.
  package init(_ model: IntegerModel, maximumBatch: Int) {
    self.maximumBatch = maximumBatch
    let line = 64  // a cache line, and the widest vector
    var offsets: [Int] = []
    let channels = model.operations.map { $0.shape.last ?? 1 }.max() ?? 1
    var size = (4 * channels + line) / line * line
    for operation in model.operations {
      offsets.append(size)
      size += (operation.count * maximumBatch + line) / line * line
    }
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: line)
    self.block = block
    accumulators = block.bindMemory(to: Int32.self, capacity: channels)
    tensors = zip(offsets, model.operations).map { offset, operation in
      (block + offset).bindMemory(to: Int8.self, capacity: operation.count * maximumBatch)
    }
  }

  deinit { block.deallocate() }

  /// The output codes of the operation of this number, example after example.
  package subscript(number: Int) -> UnsafeMutablePointer<Int8> { tensors[number] }
}
