import FixedPoint

/// The integers of a convolution, a depthwise convolution or a dense layer.
///
///     accumulator = Σ (input − inputZeroPoint) · code + bias
///     output = outputZeroPoint + accumulator · inputScale · scale / outputScale,   within `limits`
///
/// Weights are symmetric: their zero point is 0, so that no sum over the inputs is needed to correct for it.
///
/// Source: Jacob et al., 2018, sections 2.2 to 2.4 (arXiv:1712.05877).
public struct IntegerKernel: Hashable, Sendable {
  /// The extents of the weights, as in `Layers`.
  ///
  /// A convolution's are height, width, channels, filters; a depthwise convolution's height, width, channels,
  /// multiplier; a dense layer's inputs, units.
  public let shape: [Int]
  /// The weights in that order: −2^(bitWidth − 1) … 2^(bitWidth − 1) − 1.
  public let codes: [Int8]
  /// The bits that a code has, 1 to 8.
  ///
  /// A file packs them so tightly; the arithmetic is the same for all.
  public let bitWidth: Int
  /// The scale of the weights: one, or one for each output channel.
  ///
  /// A depthwise convolution's output channels are channel · multiplier + place.
  public let scales: [Float]
  /// A bias for each output channel, of scale inputScale · scale and zero point 0.
  public let bias: [Int32]
  /// The output codes that the fused activation lets through: a ReLU begins at the output's zero point.
  public let limits: ClosedRange<Int32>

  /// Creates a kernel, which `IntegerModel` checks.
  public init(
    shape: [Int], codes: [Int8], bitWidth: Int = 8, scales: [Float], bias: [Int32],
    limits: ClosedRange<Int32> = -128...127
  ) {
    (self.shape, self.codes, self.bitWidth) = (shape, codes, bitWidth)
    (self.scales, self.bias, self.limits) = (scales, bias, limits)
  }

  /// The bytes of the weights, packed, their scales and their biases: what a file holds of them.
  package var byteCount: Int { (codes.count * bitWidth + 7) / 8 + 4 * (scales.count + bias.count) }

  /// The scale of an output channel's weights.
  func scale(of channel: Int) -> Float { scales[scales.count == 1 ? 0 : channel] }

  /// The largest magnitude of each output channel's accumulator, over inputs of any code.
  package func accumulatorBounds(reading input: AffineQuantizer) -> [Int] {
    let largest = Int(max(input.zeroPoint + 128, 127 - input.zeroPoint))
    var bounds = bias.map { Int($0.magnitude) }
    for (place, code) in codes.enumerated() { bounds[place % bounds.count] += Int(code.magnitude) * largest }
    return bounds
  }
}
