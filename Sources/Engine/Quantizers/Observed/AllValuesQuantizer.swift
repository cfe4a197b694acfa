import Support
import Tensors

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
