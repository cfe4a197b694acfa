import FixedPoint

/// The integers of a convolution, a depthwise convolution or a dense layer.
///
///     accumulator = Σ (input − inputZeroPoint) · intWeight + bias32
///     output = outputZeroPoint + accumulator · inputScale · scale / outputScale,   within `activationRange`
///
/// Weights are symmetric: their zero point is 0, so no sum over the inputs is needed to correct for it.
///
/// Source: Jacob et al., 2018, sections 2.2 to 2.4 (arXiv:1712.05877).
public struct IntegerKernel: Hashable, Sendable {
  /// The shape of the weights, as in `Layers`.
  ///
  /// It is `[height, width, channels, filters]` for a convolution, `[height, width, channels, multiplier]`
  /// for a depthwise convolution, and `[inputs, units]` for a dense layer. The channels of a grouped convolution
  /// are those of one group: the channels of its input divided by the number of groups.
  public let shape: [Int]
  /// The codes of the weights in the order of `shape`: −2^(bitWidth − 1) … 2^(bitWidth − 1) − 1.
  public let intWeights: [Int8]
  /// The bits of a weight, 1 to 8.
  ///
  /// Files pack weights to this width; the arithmetic is the same for all widths.
  public let bitWidth: Int
  /// The scales of the weights: one, or one per output channel.
  ///
  /// Output channel c · multiplier + m of a depthwise convolution is the m-th output of channel c.
  public let scales: [Float]
  /// The biases, one per output channel, with scale inputScale · scale and zero point 0.
  public let bias32: [Int32]
  /// The range of output codes under the fused activation: that of a ReLU begins at the output's zero point.
  public let activationRange: ClosedRange<Int32>

  /// Creates a kernel, which ``IntegerModel`` checks.
  ///
  /// - Parameters:
  ///   - shape: The shape of the weights.
  ///   - intWeights: The codes of the weights in the order of `shape`.
  ///   - bitWidth: The bits of a weight, 1 to 8.
  ///   - scales: The scale of the weights, or one per output channel.
  ///   - bias32: The biases, one per output channel, with scale inputScale · scale.
  ///   - activationRange: The range of output codes under the fused activation.
  public init(
    shape: [Int], intWeights: [Int8], bitWidth: Int = 8, scales: [Float], bias32: [Int32],
    activationRange: ClosedRange<Int32> = -128...127
  ) {
    (self.shape, self.intWeights, self.bitWidth) = (shape, intWeights, bitWidth)
    (self.scales, self.bias32, self.activationRange) = (scales, bias32, activationRange)
  }

  /// The bytes of the packed weights, their scales and their biases in a file.
  package var byteCount: Int { (intWeights.count * bitWidth + 7) / 8 + 4 * (scales.count + bias32.count) }

  /// The scale of an output channel's weights.
  func scale(of channel: Int) -> Float { scales[scales.count == 1 ? 0 : channel] }

  /// The groups of a convolution that reads an operation: as many as the operation has times the kernel's channels.
  func groups(of source: IntegerOperation) -> Int { source.shape[2] / shape[2] }

  /// The largest magnitude of each output channel's accumulator, over all possible input codes.
  package func accumulatorBounds(reading input: AffineQuantizer) -> [Int] {
    let largest = Int(max(input.zeroPoint + 128, 127 - input.zeroPoint))
    var bounds = bias32.map { Int($0.magnitude) }
    for (index, code) in intWeights.enumerated() {
      bounds[index % bounds.count] += Int(code.magnitude) * largest
    }
    return bounds
  }
}
