import Support
import Tensors

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
