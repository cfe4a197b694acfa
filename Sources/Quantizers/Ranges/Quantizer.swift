import FixedPoint
import Support
import Tensors

/// Finds the range of the tensors it sees, and quantizes them to it and back.
///
/// The rules that find ranges differ; what follows from a range does not, and is written here once.
public protocol Quantizer: AnyObject {
  /// The kind of grid.
  var format: QuantizerFormat { get }
  /// The range in use, or nil before anything was seen.
  var range: ValueRange? { get }

  /// Takes a tensor into account, as training does with every batch.
  func observe(_ x: Tensor)
}

extension Quantizer {
  /// `x` quantized and back; in training its range is taken into account first.
  ///
  /// Gradients go straight through inside the range, and none goes to the range, which is data here; to
  /// learn a range, see `Tensor.fakeQuantized(min:max:bitWidth:narrowRange:axis:)`.
  public func callAsFunction(_ x: Tensor, training: Bool) -> Tensor {
    if training { observe(x) }
    guard let range else {
      require(
        false,
        "a quantizer was used before it had seen any values, so it has no range; show it some with `observe(_:)`"
          + " or call it with `training: true`")
      return x
    }
    return format.fakeQuantized(x, to: range)
  }

  /// The quantizers of integer inference for the range in use: one, or one a channel; none before a range.
  ///
  /// - Throws: `QuantizerError` if the range is not finite, such as one it was told to start from.
  public func affineQuantizers(
    signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    guard let range else { return [] }
    return try format.quantizers(covering: range, signed: signed, rounding: rounding)
  }

  /// The range that `x` calls for; stops where it is not finite, since such a range quantizes nothing.
  func finiteRange(of x: Tensor) -> ValueRange {
    let range = format.range(of: x)
    for (channel, (low, high)) in zip(range.low, range.high).enumerated() {
      let place = format.axis == nil ? "" : " in channel \(channel)"
      require(
        low.isFinite && high.isFinite,
        "\(Self.self): a tensor of shape \(x.shape) calls for the range \(low) to \(high)\(place); look for"
          + " what made NaN or infinity before it, such as a learning rate too high; expected finite values")
    }
    return range
  }
}
