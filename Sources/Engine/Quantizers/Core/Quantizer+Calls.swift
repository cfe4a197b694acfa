import FixedPoint
import Support
import Tensors

extension Quantizer {
  /// What the calls of a quantizer do.
  public enum Phase: String, CaseIterable, Codable, Sendable {
    /// A call in training observes its tensor and quantizes it, once the delay is over; another quantizes.
    ///
    /// What is not finite is passed on as it is and not observed, so that the loss is not finite either and the
    /// training ends by saying so.
    case learning
    /// Every call, in training or not, observes its tensor and passes it on as it is; what is not finite is not
    /// observed.
    case calibrating
    /// Every call quantizes, none observes; no gradient goes to what is learned. There is no delay.
    case frozen
    /// Every call passes its tensor on as it is, and none observes: the float model.
    case off
  }

  /// Takes a tensor into account, as training does with every batch.
  ///
  /// `x` must be finite: a NaN or an infinity would make a range that quantizes nothing.
  public final func observe(_ x: Tensor) {
    build(shape: x.shape, name: "quantizer")
    let batch = format.range(of: x)
    for (channel, (low, high)) in zip(batch.low, batch.high).enumerated() {
      let place = format.isPerChannel ? " in channel \(channel)" : ""
      require(
        low.isFinite && high.isFinite,
        "\(Self.self): a tensor of shape \(x.shape) calls for the range \(low) to \(high)\(place); look for"
          + " what made NaN or infinity before it, such as a learning rate too high; expected finite values")
    }
    observe(x, spanning: batch)
  }

  /// Takes a tensor into account if it is finite, and says whether it was.
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

  /// `x` quantized and back with the state as it is.
  ///
  /// Gradients go straight through inside the range. Of quantizers that learn by gradients, they go to the
  /// trainable variables too; to other ranges none goes, which are data.
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

  /// `x` quantized and back, or as it is, after its range was taken into account, or not: see `phase`.
  public final func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    build(shape: x.shape, name: "quantizer")
    // What learned to be no number gives none.
    if phase == .learning, !learnedIsFinite { return .filled(.nan, shape: x.shape) }
    return begins(with: x, training: training) ? fakeQuantized(x) : x
  }

  /// Takes `x` into account as a call does in this phase; whether it is quantized then.
  private func begins(with x: Tensor, training: Bool) -> Bool {
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

  /// A call for values of 0 and more of which only the greatest is known: what each is quantized by, or nil if
  /// they stay as they are.
  ///
  /// For quantizers that commute with the maximum, and have one range.
  package final func quantizer(ofValuesUpTo greatest: Float, training: Bool) -> FakeQuantizer? {
    begins(with: Tensor(greatest), training: training) ? fakeQuantizer : nil
  }

  /// What each value is quantized by, of a quantizer with one range that quantizes by its range alone.
  package final var fakeQuantizer: FakeQuantizer {
    requireRange()
    let range = storedRange
    return FakeQuantizer(
      NudgedRange(
        low: range.low[0], high: range.high[0], bitWidth: format.bitWidth, narrowRange: format.narrowRange))
  }

  /// Whether this call is one of those that quantization waits for; counts it.
  private func countsAsDelayed() -> Bool {
    guard delay > 0 else { return false }
    let delayed = variable("delayed")
    guard delayed.value.scalar < Float(delay) else { return false }
    delayed.value = Tensor(delayed.value.scalar + 1)
    return true
  }

  /// `range` for each of the channels there are variables for; stops if it has another number of them.
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
