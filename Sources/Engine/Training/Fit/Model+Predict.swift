import Layers
import Support
import Tensors

extension Model {
  /// Computes the outputs for the given examples, in their order; nothing changes.
  ///
  /// The model has one output, and any number of inputs; ``predictAll(_:batchSize:)`` is for several outputs.
  ///
  /// A model of floats is prepared for inference in its first call, and again after its weights have changed:
  /// normalizations are folded into the kernels before them. So outputs differ from those of a call of the model in the
  /// last bits.
  ///
  /// - Parameters:
  ///   - examples: At least one example; targets are not used.
  ///   - batchSize: The number of examples that are computed at a time.
  /// - Returns: The outputs, `[count, …]`.
  public func predict(_ examples: some Examples, batchSize: Int = 256) -> Tensor {
    predict(examples, batchSize: batchSize, seed: seed ?? 0)
  }

  /// Computes all outputs for the given examples, in their order; nothing changes.
  ///
  /// - Parameters:
  ///   - examples: At least one example; targets are not used.
  ///   - batchSize: The number of examples that are computed at a time.
  /// - Returns: The outputs, `[count, …]` each, by their names in `outputNames`.
  public func predictAll(_ examples: some Examples, batchSize: Int = 256) -> [String: Tensor] {
    let outputs = outputs(of: examples, batchSize: batchSize, seed: seed ?? 0) {
      prepared($0) ?? allOutputs($0)
    }
    return Dictionary(uniqueKeysWithValues: zip(outputNames, outputs))
  }

  /// Computes the outputs for examples whose random changes a seed decides.
  func predict(_ examples: some Examples, batchSize: Int, seed: UInt64) -> Tensor {
    outputs(of: examples, batchSize: batchSize, seed: seed) {
      prepared($0).flatMap { $0.count == 1 ? $0 : nil } ?? [self($0)]
    }[0]
  }

  private func outputs(
    of examples: some Examples, batchSize: Int, seed: UInt64, _ run: (_ inputs: [Tensor]) -> [Tensor]
  ) -> [Tensor] {
    var parts: [[Tensor]] = []
    var generator = SeededGenerator(seed: seed).derived("evaluation")
    examples.forEachBatch(of: batchSize, using: &generator) { batch in
      parts.append(run(batch.inputs(for: self)).map { $0.detached() })
    }
    return parts.count == 1
      ? parts[0] : parts[0].indices.map { output in Tensor.concatenated(parts.map { $0[output] }, axis: 0) }
  }
}
