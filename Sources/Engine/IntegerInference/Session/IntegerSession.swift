import FixedPoint
import Support

/// Runs an integer model: codes in, codes out.
///
///     let session = IntegerSession(model)
///     let classes = session.classes(pixels)  // floats of any number of examples, one behind the other
///
/// A session owns the memory of all tensors and so belongs to one thread at a time; the model can be shared.
/// After its first run, `run(_:examples:into:)` allocates nothing.
public final class IntegerSession {
  /// Which code runs the model; the codes that come out are the same.
  public enum Path: String, CaseIterable, Codable, Sendable {
    /// One operation after another in plain Swift: the one to read, and to compare with.
    case reference
    /// Kernels made for the processor, where there are any, and the reference elsewhere.
    case fast
  }

  /// The model.
  public let model: IntegerModel
  /// The most examples that are computed at a time.
  public let maximumBatch: Int
  /// Which code runs the model.
  public let path: Path
  private let memory: CodeMemory
  private let steps: [any IntegerStep]
  private let inputs: [Int]

  /// Creates a session that computes up to `maximumBatch` examples at a time; more are cut into batches.
  ///
  /// The fast path divides large batches among up to `workers` threads, nil for one a core; the codes are the same.
  public init(_ model: IntegerModel, maximumBatch: Int = 1, path: Path = .fast, workers: Int? = nil) {
    require(maximumBatch >= 1, "IntegerSession: expected a batch of 1 or more examples, got \(maximumBatch)")
    require(workers ?? 1 >= 1, "IntegerSession: expected 1 or more workers, got \(workers ?? 1)")
    (self.model, self.maximumBatch, self.path) = (model, maximumBatch, path)
    inputs = model.inputs
    memory = CodeMemory(model, maximumBatch: maximumBatch)
    steps =
      switch path {
      case .reference: ReferencePath.steps(of: model)
      case .fast: FastPath.steps(of: model, maximumBatch: maximumBatch, workers: workers)
      }
  }

  /// Runs a model of one input and one output: the quick call.
  ///
  /// `codes` holds the input codes of that many examples, one behind the other, and `result` has room for their
  /// output codes. Codes beyond the input grid's are taken as they are; nothing can overflow.
  public func run(
    _ codes: UnsafeBufferPointer<Int8>, examples: Int, into result: UnsafeMutableBufferPointer<Int8>
  ) {
    require(
      inputs.count == 1 && model.outputs.count == 1,
      "run(_:examples:into:) is for models of one input and one output; \(model.name) has \(inputs.count) and"
        + " \(model.outputs.count): use codes(_:examples:) with an array for each")
    let (input, output) = (inputs[0], model.outputs[0])
    let (read, written) = (model.operations[input].count, model.operations[output].count)
    require(
      examples >= 0 && codes.count == examples * read && result.count == examples * written,
      "run(_:examples:into:): \(examples) examples have \(read) codes each and give \(written); got"
        + " \(codes.count) codes and room for \(result.count)")
    guard let source = codes.baseAddress, let target = result.baseAddress else { return }
    for first in stride(from: 0, to: examples, by: maximumBatch) {
      let count = min(maximumBatch, examples - first)
      memory[input].update(from: source + first * read, count: count * read)
      runSteps(examples: count)
      (target + first * written).update(from: memory[output], count: count * written)
    }
  }

  /// The output codes of every output, given the codes of every input, each example behind example.
  public func codes(_ inputs: [[Int8]], examples: Int) -> [[Int8]] {
    gather(from: model.outputs, inputs, examples: examples)
  }

  /// Runs the model and copies out what the operations of these numbers gave.
  func gather(from numbers: [Int], _ codes: [[Int8]], examples: Int) -> [[Int8]] {
    require(
      codes.count == inputs.count,
      "\(model.name) has \(inputs.count) inputs; got codes for \(codes.count)")
    for (number, codes) in zip(inputs, codes) {
      let operation = model.operations[number]
      require(
        examples >= 0 && codes.count == examples * operation.count,
        "\(model.name): \(examples) examples of input \(operation.name) have \(operation.count) codes each; got"
          + " \(codes.count) codes")
    }
    var results = numbers.map { number in
      [Int8](repeating: 0, count: examples * model.operations[number].count)
    }
    for first in stride(from: 0, to: examples, by: maximumBatch) {
      let count = min(maximumBatch, examples - first)
      for (number, codes) in zip(inputs, codes) {
        let size = model.operations[number].count
        codes[(first * size)..<((first + count) * size)].withUnsafeBufferPointer { source in
          guard let source = source.baseAddress else { return }
          memory[number].update(from: source, count: count * size)
        }
      }
      runSteps(examples: count)
      for (place, number) in numbers.enumerated() {
        let size = model.operations[number].count
        results[place].replaceSubrange(
          (first * size)..<((first + count) * size),
          with: UnsafeBufferPointer(start: memory[number], count: count * size))
      }
    }
    return results
  }

  private func runSteps(examples: Int) {
    for step in steps { step.run(memory, examples: examples) }
  }
}
