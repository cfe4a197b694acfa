import Support
import Tensors

/// Quantizes each tensor to its own range, and remembers the last one for inference.
///
/// Right for weights, which are all there at once. For activations it would quantize each batch
/// differently, and inference to whatever came last; see `MovingAverageQuantizer`.
///
/// TFMOT starts from −6…6, which inference before training then uses: give it as the initial range.
public final class LastValueQuantizer: Quantizer {
  /// Creates a quantizer that has seen nothing, or starts from a known range.
  public override init(
    _ format: QuantizerFormat = .weights, startingAt range: ValueRange? = nil, delay: Int = 0
  ) {
    super.init(format, startingAt: range, delay: delay)
  }

  public override func update(with x: Tensor, spanning batch: ValueRange) { storedRange = batch }

  package override var isMonotonic: Bool { true }

  public override func copied() -> Quantizer {
    LastValueQuantizer(format, startingAt: initialRange, delay: delay)
  }

  public override var method: String { "last value" }
}

/// Quantizes to the smallest range that holds every value seen so far: it only grows.
///
/// Nothing is ever clipped, and a single outlier is never forgotten. TFMOT's form starts from 0…0 and has one
/// range even where one a channel is asked for; here each channel has its own.
public final class AllValuesQuantizer: Quantizer {
  /// Creates a quantizer that has seen nothing, or starts from a known range.
  public override init(
    _ format: QuantizerFormat = .activations, startingAt range: ValueRange? = nil, delay: Int = 0
  ) {
    super.init(format, startingAt: range, delay: delay)
  }

  public override func update(with x: Tensor, spanning batch: ValueRange) {
    storedRange = range.map { $0.union(batch) } ?? batch
  }

  package override var isMonotonic: Bool { true }

  public override func copied() -> Quantizer {
    AllValuesQuantizer(format, startingAt: initialRange, delay: delay)
  }

  public override var method: String { "all values" }
}

/// Quantizes to a range that is known beforehand, such as 0…1 for the output of a softmax.
///
/// The range is widened to fit the format, so that a symmetric one has 0 in the middle. What is observed does
/// not change it. TFMOT's `FixedQuantizer` always has 8 bits; this one has those of its format.
public final class FixedQuantizer: Quantizer {
  /// Creates a quantizer of a finite range: one pair of ends, or one a channel.
  public init(_ format: QuantizerFormat = .activations, range: ValueRange, delay: Int = 0) {
    super.init(format, startingAt: format.fitted(range), delay: delay)
  }

  /// Creates a quantizer of the range `low`…`high`.
  public convenience init(_ format: QuantizerFormat = .activations, from low: Float, to high: Float) {
    self.init(format, range: ValueRange(low, high))
  }

  public override func update(with x: Tensor, spanning batch: ValueRange) {}

  public override var observesInTraining: Bool { false }

  package override var isMonotonic: Bool { true }

  public override func copied() -> Quantizer {
    FixedQuantizer(format, range: initialRange ?? ValueRange(0, 0), delay: delay)
  }

  public override var method: String { "fixed range" }
}
