import IntegerInference
import Support

/// A session with a batch of random codes, ready for repeated runs.
public final class IntegerRun {
  private let session: IntegerSession
  private let batch: Int
  private let codes: UnsafeMutableBufferPointer<Int8>
  private let results: UnsafeMutableBufferPointer<Int8>

  /// Prepares a model for batches of so many examples on at most so many threads.
  public init(_ model: IntegerModel, batch: Int, workers: Int? = nil) {
    session = IntegerSession(model, maximumBatch: batch, workers: workers)
    self.batch = batch
    codes = .allocate(capacity: batch * model.operations[model.inputs[0]].count)
    results = .allocate(capacity: batch * model.operations[model.outputs[0]].count)
    results.initialize(repeating: 0)
    var generator = SeededGenerator(seed: 2)
    for index in codes.indices {
      codes.initializeElement(at: index, to: Int8(truncatingIfNeeded: generator.below(256) - 128))
    }
  }

  deinit {
    codes.deallocate()
    results.deallocate()
  }

  /// Runs the batch.
  public func run() { session.run(UnsafeBufferPointer(codes), examples: batch, into: results) }
}
