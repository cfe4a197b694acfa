import Support
import Tensors

/// Quantizes to a moving average of the ranges of the tensors seen in training.
///
/// Each batch moves the range a little towards the range of the batch, x:
///
///     range ← range − (range − x) × rate
///
/// With a constant rate of 1 − decay, as in TFMOT, the effect of the start decays only as decayⁿ: from −6,
/// with a decay of 0.999, −0.92 is left after the 1877 batches of an epoch of MNIST, though the data never fall
/// below 0. The debiased average has a larger rate at first, (1 − decay) / (1 − decayⁿ): the first batch
/// replaces the range, and every batch so far has the weight that the decay alone gives it.
///
/// Source: Jacob et al., 2018, section 3.1 (arXiv:1712.05877); for the debiasing, Kingma and Ba, 2015,
/// section 3 (arXiv:1412.6980).
public final class MovingAverageQuantizer: Quantizer {
  /// The start of the average.
  public enum Start: Hashable, Codable, Sendable {
    /// No start: the first batch gives the first range.
    case debiased
    /// A range, whose effect decays; a symmetric format does not widen it.
    case at(ValueRange)

    /// TFMOT's −6…6.
    public static let tfmot = Start.at(ValueRange(-6, 6))
  }

  /// The weight of the old range in the new one: at least 0 and below 1.
  public let decay: Double
  /// The start of the average.
  public let start: Start

  /// Creates a quantizer that has seen nothing.
  ///
  /// - Parameters:
  ///   - format: The kind of grid.
  ///   - decay: The weight of the old range in the new one: at least 0 and below 1.
  ///   - start: The start of the average.
  ///   - delay: The number of calls in training that only observe, before quantization begins.
  public init(
    _ format: QuantizerFormat = .activations, decay: Double = 0.999, start: Start = .debiased, delay: Int = 0
  ) {
    require(
      decay >= 0 && decay < 1, "MovingAverageQuantizer: expected a decay of 0 up to below 1, got \(decay)")
    (self.decay, self.start) = (decay, start)
    var initial: ValueRange?
    if case .at(let range) = start { initial = range }
    super.init(format, startingExactlyAt: initial, delay: delay)
  }

  /// Moves the range towards the range of the batch, by `Float` arithmetic in TensorFlow's order.
  public override func update(spanning batch: ValueRange) {
    var rate = Float(1 - decay)
    if start == .debiased { rate = Float((1 - decay) / (1 - startWeight(after: observedCount + 1))) }
    let last = observedCount == 0 && start == .debiased ? batch : storedRange
    func moved(_ ends: [Float], towards targets: [Float]) -> [Float] {
      zip(ends, targets).map { end, target in end - (end - target) * rate }
    }
    storedRange = ValueRange(
      low: moved(last.low, towards: batch.low), high: moved(last.high, towards: batch.high))
  }

  /// The weight of the start after `count` batches, decayⁿ.
  ///
  /// Computed by squaring from the count alone, so that a saved average continues with the same numbers.
  func startWeight(after count: Int) -> Double {
    var (power, result, rest) = (decay, 1.0, count)
    while rest > 0 {
      if rest & 1 == 1 { result *= power }
      power *= power
      rest >>= 1
    }
    return result
  }

  package override var needsOnlyRange: Bool { true }

  package override var calibrationStatistic: CalibrationStatistic { .range }

  public override func copied() -> Quantizer {
    MovingAverageQuantizer(format, decay: decay, start: start, delay: delay)
  }

  public override var method: String {
    start == .debiased ? "moving average" : "moving average with a start that wears off"
  }
}

/// Quantizes to a grid whose scale is a power of two: the smallest one whose grid contains the range.
///
/// Rescaling between such grids is a bit shift, which suits the smallest processors, where multiplications are
/// slow. The cost is a scale of up to twice the one that fits. The grid is symmetric, so 0 is the middle code.
///
/// The range is a debiased moving average, as in ``MovingAverageQuantizer``; with a decay of 0 it is the range of
/// the last tensor, which suits weights. The average is saved; each call derives the power of two from it.
///
/// Source: Jain et al., 2020, "Trained quantization thresholds", section 3 (arXiv:1903.08066).
public final class PowerOfTwoQuantizer: Quantizer {
  /// The weight of the old range in the new one: at least 0 and below 1.
  public var decay: Double { average.decay }
  /// The arithmetic of the average; it observes nothing itself.
  private let average: MovingAverageQuantizer

  /// Creates a quantizer that has seen nothing; the format must be symmetric.
  public init(_ format: QuantizerFormat = .weights, decay: Double = 0.999, delay: Int = 0) {
    require(
      format.symmetric && format.bitWidth > 1,
      "PowerOfTwoQuantizer: 0 is its middle code; expected a symmetric format of 2 bits or more, got "
        + "\(format.summary)")
    average = MovingAverageQuantizer(format, decay: decay)
    super.init(format, delay: delay)
  }

  /// Moves the averages of the ends towards the ends of the batch.
  public override func update(spanning batch: ValueRange) {
    let rate = Float((1 - decay) / (1 - average.startWeight(after: observedCount + 1)))
    for (short, targets) in [("min", batch.low), ("max", batch.high)] {
      let end = variable(short)
      let moved = zip(end.value.values, targets).map {
        observedCount == 0 || decay == 0 ? $1 : $0 - ($0 - $1) * rate
      }
      end.value = Tensor(moved, shape: end.shape)
    }
  }

  /// The exact ends of the grid: the first and the last code times the scale.
  public override var storedRange: ValueRange {
    get { range(upTo: variable("max").value.values) }
    set { super.storedRange = newValue }
  }

  package override func range(keptOf batch: ValueRange) -> ValueRange? {
    decay == 0 ? range(upTo: batch.high) : nil
  }

  private func range(upTo highs: [Float]) -> ValueRange {
    let ends = highs.map(grid(upTo:))
    return ValueRange(low: ends.map(\.low), high: ends.map(\.high))
  }

  public override func roundTrip(_ x: Tensor) -> Tensor { format.fakeQuantized(x, to: storedRange) }

  /// The ends of the smallest grid that contains a symmetric range up to `high`; 0…0 if `high` is 0.
  private func grid(upTo high: Float) -> (low: Float, high: Float) {
    guard high > 0 else { return (0, 0) }
    let half: Int32 = 1 << Int32(format.bitWidth - 1)
    let (first, last) = (Float(format.firstCode - half), Float(format.lastCode - half))
    // The range is symmetric, so its high end decides. The power of two of a float is at most its value: the
    // scale, or half of it. Codes times the scale are exact.
    let exponent = max(high / last, 0x1p-100).exponent
    var scale = Float(sign: .plus, exponent: exponent, significand: 1)
    while scale * last < high { scale *= 2 }
    return (scale * first, scale * last)
  }

  package override var needsOnlyRange: Bool { true }

  package override var calibrationStatistic: CalibrationStatistic { .range }

  public override func copied() -> Quantizer { PowerOfTwoQuantizer(format, decay: decay, delay: delay) }

  public override var method: String {
    decay == 0 ? "last value, power of two" : "moving average, power of two"
  }
}
