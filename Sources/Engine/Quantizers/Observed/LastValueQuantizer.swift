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
