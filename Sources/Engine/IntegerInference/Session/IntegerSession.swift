import FixedPoint
import Support

/// Runs an integer model: codes in, codes out.
///
///     let session = IntegerSession(model)
///     let classes = session.classes(pixels)  // floats of any number of examples, one example after another
///
/// A session owns the memory that a run needs, so it belongs to one thread at a time; the model can be shared.
/// After its first run, ``run(_:examples:into:)`` allocates nothing.
public final class IntegerSession {
  /// The implementation that runs a model; all of them give the same codes.
  public enum Path: String, CaseIterable, Codable, Sendable {
    /// One operation after another in plain Swift: to read, and to compare with.
    case reference
    /// Kernels for the processor's vector instructions, and the reference for operations without such a
    /// kernel.
    case fast
  }

  /// The model.
  public let model: IntegerModel
  /// The largest number of examples that are computed at a time.
  public let maximumBatch: Int
  /// The implementation that runs the model.
  public let path: Path
  private let memory: CodeMemory
  private let steps: [any IntegerStep]
  private let inputs: [Int]

  /// Creates a session.
  ///
  /// - Parameters:
  ///   - model: The model to run.
  ///   - maximumBatch: The largest number of examples computed at a time; more examples are divided into
  ///     batches.
  ///   - path: The implementation that runs the model.
  ///   - workers: The most threads among which the fast path divides large batches; nil means one per core.
  ///     The codes do not depend on it.
  public convenience init(
    _ model: IntegerModel, maximumBatch: Int = 1, path: Path = .fast, workers: Int? = nil
  ) {
    self.init(model, maximumBatch: maximumBatch, path: path, workers: workers, instructions: .best)
  }

  /// Creates a session whose fast path has the kernels of an instruction set, which the processor must have.
  ///
  /// The codes do not depend on it.
  package init(
    _ model: IntegerModel, maximumBatch: Int = 1, path: Path = .fast, workers: Int? = nil,
    instructions: InstructionSet
  ) {
    require(maximumBatch >= 1, "IntegerSession: expected a batch of 1 or more examples, got \(maximumBatch)")
    require(workers ?? 1 >= 1, "IntegerSession: expected 1 or more workers, got \(workers ?? 1)")
    (self.model, self.maximumBatch, self.path) = (model, maximumBatch, path)
    inputs = model.inputs
    switch path {
    case .reference:
      memory = CodeMemory(model, maximumBatch: maximumBatch)
      steps = ReferencePath.steps(of: model)
    case .fast:
      memory = CodeMemory(model, maximumBatch: maximumBatch, holding: Set(model.inputs + model.outputs))
      steps = FastPath.steps(
        of: model, maximumBatch: maximumBatch, workers: workers, instructions: instructions)
    }
  }

  /// Runs a model with one input and one output, without allocating memory.
  ///
  /// `codes` contains the input codes of the examples, one example after another, and `result` has space for
  /// their output codes; the session reads and writes them where they are, so the two must not overlap. Codes outside the
  /// input grid's range are used unchanged; nothing can overflow.
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
    require(
      source + codes.count <= target || UnsafePointer(target) + result.count <= source,
      "run(_:examples:into:): the codes and the room for results overlap; give each memory of its own")
    let own = (memory[input], memory[output])
    defer {
      memory.place(input, at: own.0)
      memory.place(output, at: own.1)
    }
    for first in stride(from: 0, to: examples, by: maximumBatch) {
      let count = min(maximumBatch, examples - first)
      // No step writes to an input.
      memory.place(input, at: UnsafeMutablePointer(mutating: source + first * read))
      if output != input { memory.place(output, at: target + first * written) }
      runSteps(examples: count)
      if output == input {
        (target + first * written).update(from: source + first * read, count: count * read)
      }
    }
  }

  /// The codes of every output for the codes of every input, one example after another.
  public func codes(_ inputs: [[Int8]], examples: Int) -> [[Int8]] {
    gather(from: model.outputs, inputs, examples: examples)
  }

  /// Runs the model and returns the codes of the operations at the given indices.
  private func gather(from indices: [Int], _ codes: [[Int8]], examples: Int) -> [[Int8]] {
    require(
      codes.count == inputs.count,
      "\(model.name) has \(inputs.count) inputs; got codes for \(codes.count)")
    for (index, codes) in zip(inputs, codes) {
      let operation = model.operations[index]
      require(
        examples >= 0 && codes.count == examples * operation.count,
        "\(model.name): \(examples) examples of input \(operation.name) have \(operation.count) codes each; got"
          + " \(codes.count) codes")
    }
    var results = indices.map { index in
      [Int8](repeating: 0, count: examples * model.operations[index].count)
    }
    for first in stride(from: 0, to: examples, by: maximumBatch) {
      let count = min(maximumBatch, examples - first)
      for (index, codes) in zip(inputs, codes) {
        let size = model.operations[index].count
        codes[(first * size)..<((first + count) * size)].withUnsafeBufferPointer { source in
          guard let source = source.baseAddress else { return }
          memory[index].update(from: source, count: count * size)
        }
      }
      runSteps(examples: count)
      for (position, index) in indices.enumerated() {
        let size = model.operations[index].count
        results[position].replaceSubrange(
          (first * size)..<((first + count) * size),
          with: UnsafeBufferPointer(start: memory[index], count: count * size))
      }
    }
    return results
  }

  private func runSteps(examples: Int) {
    for step in steps { step.run(memory, examples: examples) }
  }
}

extension IntegerSession {
  /// The output codes of a model with one input and one output.
  public func codes(_ inputs: [Int8], examples: Int) -> [Int8] {
    requireOneOutput()
    return codes([inputs], examples: examples)[0]
  }

  /// The real outputs for the real inputs of any number of examples.
  ///
  /// The inputs are quantized to the input's grid, and the output codes are dequantized.
  public func logits(_ inputs: [Float]) -> [Float] {
    requireOneOutput()
    return model.operations[model.outputs[0]].grid.dequantize(codes(quantizing: inputs))
  }

  /// The index of the largest output code of each example; of equal codes, the first.
  public func classes(_ inputs: [Float]) -> [Int] {
    requireOneOutput()
    let (codes, width) = (codes(quantizing: inputs), model.operations[model.outputs[0]].count)
    return stride(from: 0, to: codes.count, by: width).map { codes[$0..<$0 + width].argmax }
  }

  /// The output codes of every operation for the input codes of any number of examples.
  ///
  /// They are computed by the reference path, which writes all of them; for lessons and comparisons.
  public func intermediateCodes(_ inputs: [Int8]) -> [[Int8]] {
    require(
      model.inputs.count == 1,
      "intermediateCodes is for models of one input; \(model.name) has \(model.inputs.count)")
    let examples = examples(in: inputs.count)
    let session = IntegerSession(model, maximumBatch: max(examples, 1), path: .reference)
    return session.gather(from: Array(model.operations.indices), [inputs], examples: examples)
  }

  /// The output codes for real inputs.
  private func codes(quantizing inputs: [Float]) -> [Int8] {
    let grid = model.operations[model.inputs[0]].grid
    return codes([grid.quantizeToInt8(inputs)], examples: examples(in: inputs.count))[0]
  }

  private func requireOneOutput() {
    require(
      model.inputs.count == 1 && model.outputs.count == 1,
      "\(model.name) has \(model.inputs.count) inputs and \(model.outputs.count) outputs; use codes(_:examples:)"
        + " with an array for each")
  }

  /// The number of examples that `count` input values make.
  private func examples(in count: Int) -> Int {
    let input = model.operations[model.inputs[0]]
    require(
      count % input.count == 0,
      "\(model.name) reads examples of shape \(input.shape), \(input.count) numbers each; got \(count) numbers,"
        + " which is no whole number of examples")
    return count / input.count
  }
}

extension ArraySlice where Element: Comparable {
  /// The offset of the largest element from the start of the slice: of equal ones, the first; 0 if the slice is empty.
  package var argmax: Int {
    indices.reduce(startIndex) { self[$1] > self[$0] ? $1 : $0 } - startIndex
  }
}
