import FixedPoint
import Support

/// What was done with the bias of one output channel that its 32 bits could not hold at the scale of its weights.
public struct BiasAdjustment: Hashable, Codable, Sendable {
  /// What was done.
  public enum Action: Hashable, Codable, Sendable {
    /// The code of the bias is nearer to 0 than the bias; the output is the same code for every input all the same.
    case saturated
    /// The scale of the weights is `factor` times as large as the weights alone need, so that the bias fits.
    ///
    /// The weights are rounded to as many times larger steps. With one scale for all channels, those of all are.
    case raisedScale(factor: Float)
  }

  /// The output channel.
  public let channel: Int
  /// The real bias.
  public let bias: Float
  /// What was done.
  public let action: Action

  /// Says what was done with the bias of a channel.
  public init(channel: Int, bias: Float, action: Action) {
    (self.channel, self.bias, self.action) = (channel, bias, action)
  }
}

extension BiasAdjustment: CustomStringConvertible {
  /// The channel, the bias, what was done and what it means, in one line.
  public var description: String {
    let short = NumberFormat.significant(3)
    let start = "the bias of channel \(channel), \(short.string(Double(bias))),"
    switch action {
    case .saturated:
      return start
        + " does not fit 32 bits and saturates: the output of the channel is the same for every input"
    case .raisedScale(let factor):
      return start
        + " does not fit 32 bits, so the weights have a scale \(short.string(Double(factor))) times as large "
        + "as they need, and are that much coarser: look for what made the bias so large"
    }
  }
}

/// The biases of one kernel in 32 bits: whether each fits, and whether it may saturate.
struct BiasFitting {
  let input: AffineQuantizer
  let output: AffineQuantizer
  /// The lowest and highest output code of the activation.
  let activationRange: ClosedRange<Int32>
  /// The biases, one for each output channel.
  let biases: [Float]

  /// The largest code that a bias is given.
  static let largestCode = 0x1p30

  /// The code of a bias at a scale of the weights, not limited to 32 bits; half away from zero.
  func exactCode(_ channel: Int, scale: Float) -> Double {
    (Double(biases[channel]) / (Double(input.scale) * Double(scale))).rounded(.toNearestOrAwayFromZero)
  }

  /// The code at which a bias may saturate; nil if that could change an output, or if the bias fits.
  ///
  /// It may where the channel's output is at the same end of the activation range for every input: with the bias, and
  /// with the code nearer to 0, by a step or more.
  ///
  /// - Parameters:
  ///   - channel: The output channel.
  ///   - scale: The scale of its weights.
  ///   - products: The largest magnitude of the sum of its products of codes.
  /// - Returns: The code, or nil.
  func saturatedCode(_ channel: Int, scale: Float, products: Double) -> Int32? {
    let exact = exactCode(channel, scale: scale)
    let multiplier = Double(input.scale) * Double(scale) / Double(output.scale)
    guard let fixed = try? FixedPointMultiplier(multiplier) else { return nil }
    let room = Double(Int32.max >> Int32(max(fixed.shift, 0))) - products
    // A raised scale is rounded to a float, so that its bias may be a little more.
    guard abs(exact) > min(Self.largestCode * (1 + 0x1p-20), room), room > 0 else { return nil }
    let code = min(Self.largestCode, room)
    let nearest = (code - products) * multiplier
    let zeroPoint = Double(output.zeroPoint)
    let isAtEnd =
      exact < 0
      ? zeroPoint - nearest <= Double(activationRange.lowerBound) - 1
      : zeroPoint + nearest >= Double(activationRange.upperBound) + 1
    return isAtEnd ? Int32(exact < 0 ? -code : code) : nil
  }

  /// The least scale of the weights at which a bias fits.
  func leastScale(_ channel: Int) -> Float {
    Float(Double(abs(biases[channel])) / (Double(input.scale) * Self.largestCode))
  }
}
