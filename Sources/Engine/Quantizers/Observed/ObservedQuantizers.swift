import Support
import Tensors

/// Quantizes each tensor to its own range, and keeps the last range for inference.
///
/// Suited to weights, whose values are all known at once. For activations it would quantize each batch
/// differently, and inference to the range of the last batch; see ``MovingAverageQuantizer``.
///
/// TFMOT starts from −6…6, which inference before training then uses; pass it as the initial range for that.
public final class LastValueQuantizer: Quantizer {
  /// Creates a quantizer that has seen nothing, or starts from a known range.
  public override init(
    _ format: QuantizerFormat = .weights, startingAt range: ValueRange? = nil, delay: Int = 0
  ) {
    super.init(format, startingAt: range, delay: delay)
  }

  public override func update(spanning batch: ValueRange) { storedRange = batch }

  package override func range(keptOf batch: ValueRange) -> ValueRange? { batch }

  package override var needsOnlyRange: Bool { true }

  package override var calibrationStatistic: CalibrationStatistic { .range }

  public override func copied() -> Quantizer {
    LastValueQuantizer(format, startingAt: initialRange, delay: delay)
  }

  public override var method: String { "last value" }
}

/// Quantizes to the smallest range that contains every value seen so far; the range only grows.
///
/// No observed value is clipped, and a single outlier is never forgotten. TFMOT's quantizer starts from 0…0
/// and has one range even if one for each channel is requested; here each channel has its own range.
public final class AllValuesQuantizer: Quantizer {
  /// Creates a quantizer that has seen nothing, or starts from a known range.
  public override init(
    _ format: QuantizerFormat = .activations, startingAt range: ValueRange? = nil, delay: Int = 0
  ) {
    super.init(format, startingAt: range, delay: delay)
  }

  public override func update(spanning batch: ValueRange) {
    storedRange = range.map { $0.union(batch) } ?? batch
  }

  package override var needsOnlyRange: Bool { true }

  package override var calibrationStatistic: CalibrationStatistic { .range }

  public override func copied() -> Quantizer {
    AllValuesQuantizer(format, startingAt: initialRange, delay: delay)
  }

  public override var method: String { "all values" }
}

/// Quantizes to a range that is known in advance, such as 0…1 for the output of a softmax.
///
/// The range is widened to fit the format, so that 0 is in the middle of a symmetric one. Observed tensors do
/// not change it. TFMOT's `FixedQuantizer` always has 8 bits; this one has the bits of its format.
public final class FixedQuantizer: Quantizer {
  /// Creates a quantizer for a finite range: one pair of ends, or one a channel.
  public init(_ format: QuantizerFormat = .activations, range: ValueRange, delay: Int = 0) {
    super.init(format, startingAt: format.fitted(range), delay: delay)
  }

  /// Creates a quantizer for the range `low`…`high`.
  public convenience init(_ format: QuantizerFormat = .activations, from low: Float, to high: Float) {
    self.init(format, range: ValueRange(low, high))
  }

  public override func update(spanning batch: ValueRange) {}

  public override var observesInTraining: Bool { false }

  package override var needsOnlyRange: Bool { true }

  package override var calibrationStatistic: CalibrationStatistic { .nothing }

  public override func copied() -> Quantizer {
    FixedQuantizer(format, range: initialRange ?? ValueRange(0, 0), delay: delay)
  }

  public override var method: String { "fixed range" }
}
