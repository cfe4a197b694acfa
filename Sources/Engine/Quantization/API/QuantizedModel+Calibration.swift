import Layers
import Quantizers
import Support
import Tensors
import Training

extension QuantizedModel {
  /// Finds the ranges of all quantizers from batches of inputs, `[batch, …]` each; no other weight changes.
  ///
  /// The model runs in float while the values of its tensors are gathered. Then each quantizer takes the range that all
  /// of them call for, so the ranges depend on the examples alone, not on how these are cut into batches, but for the
  /// last bits of float sums, which kernels may add in another order for another number of rows:
  ///
  /// - Without a method each quantizer has its own rule. The quantizers of most schemes take the smallest and the
  ///   largest value; a moving average belongs to training, which moves the range on from there. Learned steps and clips
  ///   start as their papers say, from all values at once. A quantizer that you write observes batch after batch.
  /// - A method is for activations: the model's inputs, outputs and what is between. Fixed scales stay. Weights, whose
  ///   values are all known, always have their own rule.
  ///
  /// The ranges start anew, whatever was trained or assigned before. Only if a calibration by the same method came
  /// before and all of its ranges are still in use, its examples count too: two calibrations are then as one on the
  /// examples of both.
  ///
  /// - Parameters:
  ///   - batches: The batches of inputs.
  ///   - method: How the ranges of activations are found; nil for each quantizer's own rule.
  /// - Throws: ``QuantizationError`` if there are no batches, if one has the wrong shape or holds a value that is
  ///   not finite, or if a layer's output for it is not finite; then no range has changed.
  public func calibrate(
    on batches: [Tensor], by method: CalibrationMethod? = nil
  ) throws(QuantizationError) {
    try calibrate(on: batches.map { [$0] }, by: method)
  }

  /// Finds the ranges from batches of several inputs, with one tensor for each input, all with equally many examples.
  ///
  /// - Throws: ``QuantizationError`` as for one input.
  public func calibrate(
    on batches: [[Tensor]], by method: CalibrationMethod? = nil
  ) throws(QuantizationError) {
    try calibrate(batchCount: batches.count, by: method) { batches[$0] }
  }

  /// Finds the ranges from examples, as `Trainer.fit` takes them.
  ///
  /// - Parameters:
  ///   - examples: The calibration data: all of them are used, in their order; targets are not.
  ///   - batchSize: The number of examples computed at a time, which no range depends on; the last batch may be
  ///     smaller.
  ///   - method: How the ranges of activations are found; nil for each quantizer's own rule.
  /// - Throws: ``QuantizationError`` as for batches.
  public func calibrate(
    on examples: some Examples, batchSize: Int = 32, by method: CalibrationMethod? = nil
  ) throws(QuantizationError) {
    require(batchSize > 0, "a calibration batch needs at least one example; got a batch size of \(batchSize)")
    var generator = SeededGenerator(seed: seed ?? 0).derived("calibration")
    try calibrate(batchCount: examples.count.batches(of: batchSize), by: method) { number in
      examples.exampleBatch(number, of: batchSize, using: &generator).inputs(for: self)
    }
  }

  private func calibrate(
    batchCount: Int, by method: CalibrationMethod?, _ batch: (_ number: Int) -> [Tensor]
  ) throws(QuantizationError) {
    guard batchCount > 0 else { throw .noCalibrationData }
    let all = quantizers.map(\.quantizer)
    let before = all.map { ($0, $0.observer, $0.variables.map(\.variable.value)) }
    let weights = Set(weightQuantizers.map(ObjectIdentifier.init))
    let activations = all.filter { !weights.contains(ObjectIdentifier($0)) }
    do {
      let continuing = activations.allSatisfy { $0.isCalibrated(by: method) }
      for quantizer in activations { quantizer.beginCalibration(by: method, continuing: continuing) }
      for number in 0..<batchCount {
        let batch = batch(number)
        try check(batch, number: number + 1)
        if number == 0 { try observeWeights() }
        withPhase(.calibrating) {
          for quantizer in weightQuantizers { quantizer.phase = .off }
          _ = allOutputs(batch)
        }
        try checkObserved(inBatch: number + 1)
      }
      for quantizer in activations { quantizer.endCalibration() }
    } catch {
      for (quantizer, observer, values) in before {
        quantizer.observer = observer
        for (item, value) in zip(quantizer.variables, values) { item.variable.value = value }
      }
      throw error
    }
  }

  /// The model itself, calibrated on batches; without batches only its weights have ranges.
  func calibrated(
    on batches: [[Tensor]]?, by method: CalibrationMethod?
  ) throws(QuantizationError) -> QuantizedModel {
    if let batches { try calibrate(on: batches, by: method) } else { try observeWeights() }
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

  /// Finds the ranges of the weights, once and anew; those of activations stay as they are.
  ///
  /// - Throws: ``QuantizationError/tensorNotFinite(tensor:batch:)`` if a weight is not finite.
  func observeWeights() throws(QuantizationError) {
    withPhase(.off) {
      for quantizer in weightQuantizers {
        quantizer.forget()
        quantizer.phase = .calibrating
      }
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

  /// Throws if a batch has the wrong shapes or values that are not finite; `number` counts from 1.
  func check(_ batch: [Tensor], number: Int) throws(QuantizationError) {
    let expected = inputs.map(\.shape)
    guard batch.count == expected.count,
      zip(batch, expected).allSatisfy({ Array($0.shape.dropFirst()) == $1 && $0.rank == $1.count + 1 })
    else {
      throw .wrongCalibrationShape(
        batch: number, expected: expected, found: batch.map(\.shape))
    }
    if let unequal = unequalInputs(batch) { throw .unequalCalibrationInputs(batch: number, unequal) }
    for tensor in batch {
      if let wrong = tensor.firstNotFinite { throw .calibrationNotFinite(batch: number, value: wrong) }
    }
  }
}

extension Quantizer.Phase {
  /// The phase in which a quantizer quantizes without observing, if it is not called in training.
  var inInference: Quantizer.Phase { self == .frozen ? .frozen : .learning }
}
