import Support
import Tensors

/// Quantizes each tensor to its own range, and remembers the last one for inference.
///
/// Right for weights, which are all there at once. For activations it would quantize each batch
/// differently, and inference to whatever came last; see `MovingAverageQuantizer`.
public final class LastValueQuantizer: Quantizer {
  /// The kind of grid.
  public let format: QuantizerFormat
  /// The range of the last tensor observed, or nil before any.
  public private(set) var range: ValueRange?

  /// Creates a quantizer that has seen nothing, or that starts from a known range.
  ///
  /// TFMOT starts from −6…6, which inference before training then uses.
  public init(_ format: QuantizerFormat = .weights, startingAt range: ValueRange? = nil) {
    self.format = format
    self.range = range
  }

  /// Replaces the range by that of `x`, which must be finite.
  public func observe(_ x: Tensor) { range = finiteRange(of: x) }
}
