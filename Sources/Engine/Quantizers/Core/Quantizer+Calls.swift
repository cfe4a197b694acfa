import FixedPoint
import Support
import Tensors

extension Quantizer {
  /// What a call of a quantizer does.
  public enum Phase: String, CaseIterable, Codable, Sendable {
    /// Training: observe, then quantize after the delay. Inference: quantize.
    ///
    /// In training, a tensor that is not finite is neither observed nor quantized, so that the loss is not
    /// finite either and training stops with an error.
    case learning
    /// Observe the tensor and return it unchanged, in training and inference; a tensor that is not finite is
    /// not observed.
    ///
    /// During `QuantizedModel.calibrate(on:by:)` the values of all batches are gathered, and the range is found in the
    /// end.
    case calibrating
    /// Quantize without observing, without a delay, and without gradients for learned variables.
    case frozen
    /// Return the tensor unchanged and do not observe it: the float model.
    case off
  }

  /// Updates the range by a tensor, as training does with every batch.
  ///
  /// `x` must be finite: a NaN or an infinity would make a range that quantizes nothing.
  public final func observe(_ x: Tensor) {
    build(shape: x.shape, name: "quantizer")
    let batch = format.range(of: x)
    for (channel, (low, high)) in zip(batch.low, batch.high).enumerated() {
      let location = format.isPerChannel ? " in channel \(channel)" : ""
      require(
        low.isFinite && high.isFinite,
        "\(Self.self): a tensor of shape \(x.shape) calls for the range \(low) to \(high)\(location); look for"
          + " what made NaN or infinity before it, such as a learning rate too high; expected finite values")
    }
    observe(spanning: batch) { update(with: x, spanning: batch) }
  }

  /// Updates the range by a tensor if it is finite.
  ///
  /// - Returns: Whether it is finite.
  @discardableResult
  package final func observeIfFinite(_ x: Tensor) -> Bool {
    build(shape: x.shape, name: "quantizer")
    let batch = format.range(of: x)
    guard batch.isFinite else { return false }
    if let calibration {
      calibration.add(x, spanning: batch)
    } else {
      observe(spanning: batch) { update(with: x, spanning: batch) }
    }
    return true
  }

  /// The observer that gathers the tensors, while the model is calibrated.
  private var calibration: CalibrationObserver? {
    guard phase == .calibrating, let observer, observer.isObserving else { return nil }
    return observer.statistic == .eachTensor ? nil : observer
  }

  /// Whether the maxima of groups of values may be observed in place of the values, and quantization is monotone.
  package final var observesMaxima: Bool { needsOnlyRange && calibration?.needsOnlyExtremes ?? true }

  /// Whether a call gives the same for the maxima of groups of values as the maxima of what it gives for the values.
  ///
  /// The call is monotone then, and observes no more than maxima.
  package final func mayFollowPooling(training: Bool) -> Bool {
    observesMaxima || isMonotonic && !observes(training: training)
  }

  /// Whether a call observes its tensor.
  final func observes(training: Bool) -> Bool {
    phase == .calibrating || phase == .learning && training && (isDelayed || observesInTraining)
  }

  /// Updates the range by values of which the least and the greatest are known, if they are finite.
  private func observeIfFinite(from least: Float, to greatest: Float) -> Bool {
    let batch = format.range(from: least, to: greatest)
    guard batch.isFinite else { return false }
    if let calibration {
      calibration.add(nil, spanning: batch)
    } else {
      observe(spanning: batch) { update(spanning: batch) }
    }
    return true
  }

  private func observe(spanning batch: ValueRange, _ update: () -> Void) {
    let channels = channelCount
    require(
      batch.low.count == channels,
      "\(Self.self): it has seen \(channels) channels so far, and now \(batch.low.count); use a quantizer for"
        + " each tensor")
    update()
    observedCount += 1
  }

  /// `x` quantized to the range in use and back; the state does not change.
  ///
  /// Gradients pass straight through inside the range. Trainable variables, of quantizers that learn by
  /// gradients, receive gradients too; observed ranges are data and receive none.
  public final func fakeQuantized(_ x: Tensor) -> Tensor { fakeQuantized(x, maximaOf: 1) }

  /// The maxima of groups of values, quantized to the range in use and back; see ``roundTrip(_:maximaOf:)``.
  package final func fakeQuantized(_ x: Tensor, maximaOf size: Int) -> Tensor {
    build(shape: x.shape, name: "quantizer")
    requireRange()
    return roundTrip(x, maximaOf: size)
  }

  private func requireRange() {
    require(
      hasRange,
      "a quantizer was used before it had seen any values, so it has no range; show it some with `observe(_:)`"
        + " or call it with `training: true`")
  }

  /// Calls the quantizer with `x`, which observes and quantizes it as ``phase`` says.
  public final func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    self(x, maximaOf: 1, training: training)
  }

  /// Calls the quantizer with the maxima of groups of `size` values; where `size` is above 1, only if it may follow a
  /// pooling.
  package final func callAsFunction(_ x: Tensor, maximaOf size: Int, training: Bool) -> Tensor {
    build(shape: x.shape, name: "quantizer")
    // A learned parameter that became NaN or infinite yields NaN.
    if phase == .learning, !learnedIsFinite { return .filled(.nan, shape: x.shape) }
    return beginCall(training: training) { observeIfFinite(x) } ? fakeQuantized(x, maximaOf: size) : x
  }

  /// Observes a tensor as a call does in this phase; `observe` returns whether the tensor is finite.
  ///
  /// - Returns: Whether the call quantizes the tensor then.
  private func beginCall(training: Bool, _ observe: () -> Bool) -> Bool {
    switch phase {
    case .off: return false
    case .calibrating:
      if !observe() { metNonFinite = true }
      return false
    case .learning where training:
      let observes = observes(training: true)
      let isDelayed = countsAsDelayed()
      if observes, !observe() { return false }
      return !isDelayed
    case .learning, .frozen: return true
    }
  }

  /// Calls the quantizer with values of which only the least and the greatest are known; the least of values of 0 and
  /// more may be given as 0.
  ///
  /// For quantizers with ``observesMaxima`` and one range.
  ///
  /// - Returns: The quantization of each value, or nil if the values stay unchanged.
  package final func fakeQuantizer(
    observing least: Float, _ greatest: Float, training: Bool
  ) -> FakeQuantizer? {
    build(shape: [], name: "quantizer")
    return beginCall(training: training) { observeIfFinite(from: least, to: greatest) } ? fakeQuantizer : nil
  }

  /// The quantization of each value, for a quantizer with one range that depends on nothing but its range.
  package final var fakeQuantizer: FakeQuantizer {
    requireRange()
    let range = storedRange
    return FakeQuantizer(
      NudgedRange(
        low: range.low[0], high: range.high[0], bitWidth: format.bitWidth, narrowRange: format.narrowRange))
  }

  /// Whether the next call in training belongs to the delay.
  package final var isDelayed: Bool {
    delay > 0 && (variables.isEmpty || variable("delayed").value.scalar < Float(delay))
  }

  /// Counts a call in training and returns whether it belongs to the delay.
  private func countsAsDelayed() -> Bool {
    guard isDelayed else { return false }
    let delayed = variable("delayed")
    delayed.value = Tensor(delayed.value.scalar + 1)
    return true
  }

  /// `range` for each channel of the variables; stops if it has another number of channels.
  func checked(_ range: ValueRange) -> ValueRange {
    let channels = channelCount
    let repeated = range.repeated(channels)
    require(
      repeated.low.count == channels && repeated.high.count == channels,
      "\(Self.self): a range is one pair of ends or one a channel; expected \(channels), got"
        + " \(range.low.count) and \(range.high.count)")
    return repeated
  }
}

// The range of a weight, in inference, is that of the current weight.
//
// A step of training observes the weights, then changes them and the moving statistics that are folded into them.
// So the ranges that the step has stored are those of the weights before it. Quantizing to them costs accuracy, the
// more the fewer the bits: a network of digits with weights of 2 bits loses 1 to 6 of 100 answers that it has with the
// ranges of the weights after the step. (TFMOT and its converter use the stored ranges.)

extension Quantizer {
  /// The range that inference quantizes a weight to; nil before there is one.
  ///
  /// It is the range of the weight itself, if this quantizer keeps nothing but the last range. Assigned ranges, frozen
  /// quantizers and quantizers with an initial range, as TFMOT's have, keep theirs.
  package final func inferenceRange(of weight: Tensor) -> ValueRange? {
    ownRange(of: weight).flatMap(range(keptOf:)) ?? range
  }

  /// The range of a weight, if the weight is finite and inference quantizes it to its own range.
  private func ownRange(of weight: Tensor) -> ValueRange? {
    guard phase == .learning, observedCount > 0, initialRange == nil, !isRangeAssigned, keepsOnlyLast else {
      return nil
    }
    let own = format.range(of: weight)
    return own.isFinite ? own : nil
  }

  /// Whether the range is that of the last tensor alone.
  private var keepsOnlyLast: Bool { range(keptOf: ValueRange(0, 0)) != nil }

  /// Quantizes a weight, as a layer multiplies by it: in training as a call, in inference to ``inferenceRange(of:)``.
  ///
  /// In inference nothing changes, except while calibrating, which observes.
  package final func quantizedWeight(_ weight: Tensor, training: Bool) -> Tensor {
    let isInUse = phase == .learning || phase == .frozen
    return !training && isInUse && learnedIsFinite
      ? weightInInference(weight) : self(weight, training: training)
  }

  /// `weight` quantized to ``inferenceRange(of:)`` and back, whatever the phase; there must be a range.
  ///
  /// It is NaN once a learned step or clip is not finite.
  package final func weightInInference(_ weight: Tensor) -> Tensor {
    guard learnedIsFinite else { return .filled(.nan, shape: weight.shape) }
    guard let own = inferenceRange(of: weight), own != range else { return fakeQuantized(weight) }
    return format.fakeQuantized(weight, to: own)
  }

  /// The grids of integer inference for a weight: one, or one a channel; none without a range.
  ///
  /// - Throws: `QuantizerError` if the range is not finite.
  package final func affineQuantizers(
    ofWeight weight: Tensor, rounding: RoundingRule
  ) throws(QuantizerError) -> [AffineQuantizer] {
    guard let own = inferenceRange(of: weight), own != range else {
      return try affineQuantizers(rounding: rounding)
    }
    return try format.quantizers(covering: own, signed: true, rounding: rounding)
  }

  /// Stores the range that inference quantizes a weight to, so that it is saved with the weight.
  ///
  /// It does not count as an observation.
  package final func storeRange(of weight: Tensor) {
    if let own = ownRange(of: weight) { update(spanning: own) }
  }
}
