import Layers
import Quantizers
import Support
import Tensors
import Training

extension QuantizedModel {
  /// Finds the ranges of all quantizers from batches of inputs, `[batch, …]` each; no other weight changes.
  ///
  /// The model runs in float while its quantizers observe. A fresh model's ranges start from nothing; ranges that
  /// exist already are the start of what these batches add to. Learned steps and clips become the mean of their
  /// old value and the values that these batches call for.
  ///
  /// - Throws: ``QuantizationError`` if there are no batches, if one has the wrong shape or holds a value that is
  ///   not finite, or if a layer's output for it is not finite; then no range has changed.
  public func calibrate(on batches: [Tensor]) throws(QuantizationError) {
    try calibrate(on: batches.map { [$0] })
  }

  /// Finds the ranges from batches of several inputs, with one tensor for each input.
  ///
  /// - Throws: ``QuantizationError`` as for one input.
  public func calibrate(on batches: [[Tensor]]) throws(QuantizationError) {
    try calibrate(batchCount: batches.count) { batches[$0] }
  }

  /// Finds the ranges from examples, as `Trainer.fit` takes them.
  ///
  /// - Parameters:
  ///   - examples: The calibration data: all of them are used, in their order; targets are not.
  ///   - batchSize: The number of examples in a batch; the last batch may be smaller.
  /// - Throws: ``QuantizationError`` as for batches.
  public func calibrate(on examples: some Examples, batchSize: Int = 32) throws(QuantizationError) {
    require(batchSize > 0, "a calibration batch needs at least one example; got a batch size of \(batchSize)")
    var generator = SeededGenerator(seed: seed ?? 0).derived("calibration")
    try calibrate(batchCount: examples.count.batches(of: batchSize)) { number in
      let first = number * batchSize
      let indices = Array(first..<min(first + batchSize, examples.count))
      return [examples.batch(of: indices, using: &generator).inputs]
    }
  }

  private func calibrate(
    batchCount: Int, _ batch: (_ number: Int) -> [Tensor]
  ) throws(QuantizationError) {
    guard batchCount > 0 else { throw .noCalibrationData }
    let before = quantizers.flatMap(\.quantizer.variables).map { ($0.variable, $0.variable.value) }
    do {
      for number in 0..<batchCount {
        let batch = batch(number)
        try check(batch, number: number + 1)
        withPhase(.calibrating) { _ = allOutputs(batch) }
        try checkObserved(inBatch: number + 1)
      }
    } catch {
      for (variable, value) in before { variable.value = value }
      throw error
    }
  }

  /// The model itself, calibrated on batches; without batches only its weights have ranges.
  func calibrated(on batches: [[Tensor]]?) throws(QuantizationError) -> QuantizedModel {
    if let batches { try calibrate(on: batches) } else { try observeWeights() }
    return self
  }

  /// Runs `body` with all quantizers in one phase, then restores the phase of each.
  ///
  /// - Returns: The result of `body`.
  /// - Throws: What `body` throws.
  public func withPhase<Result, Failure: Error>(
    _ phase: Quantizer.Phase, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withPhases({ _ in phase }, body)
  }

  /// Runs `body` with all quantizers as inference uses them, also those that are off, then restores their phases.
  ///
  /// Frozen quantizers stay frozen. Without `training` no quantizer observes anything.
  func withInferencePhases<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withPhases({ $0.inInference }, body)
  }

  private func withPhases<Result, Failure: Error>(
    _ phase: (Quantizer.Phase) -> Quantizer.Phase, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = quantizers.map { ($0.quantizer, $0.quantizer.phase) }
    defer { for (quantizer, phase) in before { quantizer.phase = phase } }
    for (quantizer, old) in before { quantizer.phase = phase(old) }
    return try body()
  }

  /// Finds the ranges of the weights; the quantizers of activations stay without.
  ///
  /// - Throws: ``QuantizationError/tensorNotFinite(tensor:batch:)`` if a weight is not finite.
  func observeWeights() throws(QuantizationError) {
    withPhase(.off) {
      for quantizer in weightQuantizers { quantizer.phase = .calibrating }
      _ = allOutputs(inputs.map { Tensor.zeros([1] + $0.shape) })
    }
    try checkObserved()
  }

  /// Throws if a quantizer has observed a value that is not finite; `batch` counts calibration batches from 1.
  private func checkObserved(inBatch batch: Int? = nil) throws(QuantizationError) {
    let broken = quantizers.first { $0.quantizer.metNonFinite }
    for (_, quantizer) in quantizers { quantizer.metNonFinite = false }
    if let broken { throw .tensorNotFinite(tensor: broken.path, batch: batch) }
  }

  private func check(_ batch: [Tensor], number: Int) throws(QuantizationError) {
    let expected = inputs.map(\.shape)
    guard batch.count == expected.count,
      zip(batch, expected).allSatisfy({ Array($0.shape.dropFirst()) == $1 && $0.rank == $1.count + 1 }),
      Set(batch.map { $0.shape[0] }).count == 1
    else {
      throw .wrongCalibrationShape(
        batch: number, expected: expected, found: batch.map(\.shape))
    }
    for tensor in batch {
      if let wrong = tensor.firstNotFinite { throw .calibrationNotFinite(batch: number, value: wrong) }
    }
  }
}

extension Quantizer.Phase {
  /// The phase in which a quantizer quantizes without observing, if it is not called in training.
  var inInference: Quantizer.Phase { self == .frozen ? .frozen : .learning }
}
