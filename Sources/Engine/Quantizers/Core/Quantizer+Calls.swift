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
    observe(x, spanning: batch)
  }

  /// Updates the range by a tensor if it is finite.
  ///
  /// - Returns: Whether it is finite.
  @discardableResult
  package final func observeIfFinite(_ x: Tensor) -> Bool {
    build(shape: x.shape, name: "quantizer")
    let batch = format.range(of: x)
    guard batch.isFinite else { return false }
    observe(x, spanning: batch)
    return true
  }

  private func observe(_ x: Tensor, spanning batch: ValueRange) {
    let channels = storedRange.low.count
    require(
      batch.low.count == channels,
      "\(Self.self): it has seen \(channels) channels so far, and now \(batch.low.count); use a quantizer for"
        + " each tensor")
    update(with: x, spanning: batch)
    observedCount += 1
    assignedRange = nil
  }

  /// `x` quantized to the range in use and back; the state does not change.
  ///
  /// Gradients pass straight through inside the range. Trainable variables, of quantizers that learn by
  /// gradients, receive gradients too; observed ranges are data and receive none.
  public final func fakeQuantized(_ x: Tensor) -> Tensor {
    build(shape: x.shape, name: "quantizer")
    requireRange()
    return roundTrip(x)
  }

  private func requireRange() {
    require(
      range != nil,
      "a quantizer was used before it had seen any values, so it has no range; show it some with `observe(_:)`"
        + " or call it with `training: true`")
  }

  /// Calls the quantizer with `x`, which observes and quantizes it as ``phase`` says.
  public final func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    build(shape: x.shape, name: "quantizer")
    // A learned parameter that became NaN or infinite yields NaN.
    if phase == .learning, !learnedIsFinite { return .filled(.nan, shape: x.shape) }
    return beginCall(with: x, training: training) ? fakeQuantized(x) : x
  }

  /// Observes `x` as a call does in this phase.
  ///
  /// - Returns: Whether the call quantizes `x` then.
  private func beginCall(with x: Tensor, training: Bool) -> Bool {
    switch phase {
    case .off: return false
    case .calibrating:
      if !observeIfFinite(x) { metNonFinite = true }
      return false
    case .learning where training:
      let isDelayed = countsAsDelayed()
      if isDelayed || observesInTraining, !observeIfFinite(x) { return false }
      return !isDelayed
    case .learning, .frozen: return true
    }
  }

  /// Calls the quantizer with values of 0 and more of which only the maximum is known.
  ///
  /// For quantizers that are ``isMonotonic`` and have one range.
  ///
  /// - Returns: The quantization of each value, or nil if the values stay unchanged.
  package final func fakeQuantizer(observingMaximum maximum: Float, training: Bool) -> FakeQuantizer? {
    beginCall(with: Tensor(maximum), training: training) ? fakeQuantizer : nil
  }

  /// The quantization of each value, for a quantizer with one range that depends on nothing but its range.
  package final var fakeQuantizer: FakeQuantizer {
    requireRange()
    let range = storedRange
    return FakeQuantizer(
      NudgedRange(
        low: range.low[0], high: range.high[0], bitWidth: format.bitWidth, narrowRange: format.narrowRange))
  }

  /// Counts a call in training and returns whether it belongs to the delay.
  private func countsAsDelayed() -> Bool {
    guard delay > 0 else { return false }
    let delayed = variable("delayed")
    guard delayed.value.scalar < Float(delay) else { return false }
    delayed.value = Tensor(delayed.value.scalar + 1)
    return true
  }

  /// `range` for each channel of the variables; stops if it has another number of channels.
  func checked(_ range: ValueRange) -> ValueRange {
    let channels = storedRange.low.count
    let repeated = range.repeated(channels)
    require(
      repeated.low.count == channels && repeated.high.count == channels,
      "\(Self.self): a range is one pair of ends or one a channel; expected \(channels), got"
        + " \(range.low.count) and \(range.high.count)")
    return repeated
  }
}
