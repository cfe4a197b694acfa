import FixedPoint
import Support
import Tensors

/// The kind of grid a quantizer makes: how many codes, where 0 lies, and for what it makes one.
public struct QuantizerFormat: Hashable, Codable, Sendable {
  /// The bits of a code, 1 to 16.
  public let bitWidth: Int
  /// Whether real 0 is the middle code, as integer kernels want it for weights.
  public let symmetric: Bool
  /// Whether the lowest code is left out, so that as many lie below 0 as above.
  public let narrowRange: Bool
  /// The axes of which each place has a range of its own, counted from the end if negative; none means one
  /// range for all.
  ///
  /// Several must follow one another: 2 and 3 give a depthwise kernel, [height, width, channels, multiplier],
  /// channels × multiplier ranges.
  public let axes: [Int]

  /// Creates a format with a range for each place along one axis, or one range for all.
  ///
  /// A narrow range needs at least 2 bits.
  public init(bitWidth: Int = 8, symmetric: Bool = false, narrowRange: Bool = false, axis: Int? = nil) {
    self.init(
      bitWidth: bitWidth, symmetric: symmetric, narrowRange: narrowRange, axes: axis.map { [$0] } ?? [])
  }

  /// Creates a format with a range for each place along several axes that follow one another.
  ///
  /// A narrow range needs at least 2 bits.
  public init(bitWidth: Int = 8, symmetric: Bool = false, narrowRange: Bool = false, axes: [Int]) {
    require(
      (1...16).contains(bitWidth) && !(bitWidth == 1 && narrowRange),
      "QuantizerFormat: expected 1 to 16 bits, and 2 or more for a narrow range; got \(bitWidth)")
    (self.bitWidth, self.symmetric) = (bitWidth, symmetric)
    (self.narrowRange, self.axes) = (narrowRange, axes)
  }

  /// The first code in use, counted from 0: 1 for a narrow range.
  var firstCode: Int32 { narrowRange ? 1 : 0 }
  /// The last code: 2^bitWidth − 1.
  var lastCode: Int32 { (1 << Int32(bitWidth)) - 1 }
  /// The number of codes in use.
  public var codeCount: Int { Int(lastCode - firstCode) + 1 }

  /// Whether each channel has a range of its own.
  public var isPerChannel: Bool { !axes.isEmpty }

  /// TFMOT's choice for activations: 8 bits, affine, one range.
  public static let activations = QuantizerFormat()

  /// TFMOT's choice for the weights of a convolution: 8 bits, symmetric, narrow, a range an output channel.
  public static let weightsPerChannel = QuantizerFormat(symmetric: true, narrowRange: true, axis: -1)

  /// The weights of a depthwise convolution as TFLite wants them: a range for every channel and multiplier.
  public static let depthwiseWeights = QuantizerFormat(symmetric: true, narrowRange: true, axes: [-2, -1])

  /// TFMOT's choice for the weights of a dense layer: 8 bits, symmetric, narrow, one range.
  public static let weights = QuantizerFormat(symmetric: true, narrowRange: true)

  /// In a few words: "8 bits, symmetric, narrow, per channel".
  public var summary: String {
    let parts = [
      bitWidth == 1 ? "1 bit" : "\(bitWidth) bits", symmetric ? "symmetric" : "affine",
      narrowRange ? "narrow" : nil, isPerChannel ? "per channel" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }

  /// The range that `x` calls for, widened to hold 0 and, if symmetric, to put it in the middle.
  ///
  /// NaN anywhere in `x` makes the range of its channel NaN.
  public func range(of x: Tensor) -> ValueRange {
    var range = ValueRange(extremesOf: x, ChannelLayout(x.shape, axes: axes))
    for channel in range.low.indices where !range.low[channel].isNaN {
      let ends = widened(low: range.low[channel], high: range.high[channel])
      (range.low[channel], range.high[channel]) = ends
    }
    return range
  }

  /// `range` as this format wants it: widened to hold 0 and, if symmetric, to put it in the middle.
  ///
  /// One that is so already, up to rounding, stays as it is. The ends must be finite and in order.
  public func fitted(_ range: ValueRange) -> ValueRange {
    var fitted = range
    for (channel, (low, high)) in zip(range.low, range.high).enumerated() {
      require(
        low.isFinite && high.isFinite && low <= high,
        "a range has finite ends, the low one first; got \(low) to \(high): take it from finite values")
      let ends = widened(low: low, high: high)
      let slack = (ends.high - ends.low) * 1e-6
      let fits = abs(ends.low - low) <= slack && abs(ends.high - high) <= slack && low <= 0 && high >= 0
      if !fits { (fitted.low[channel], fitted.high[channel]) = ends }
    }
    return fitted
  }

  private func widened(low: Float, high: Float) -> (low: Float, high: Float) {
    symmetric
      ? NudgedRange.symmetricEnds(low: low, high: high, bitWidth: bitWidth, narrowRange: narrowRange)
      : (low: min(low, 0), high: max(high, 0))
  }

  /// `x` quantized to `range` and back, in TensorFlow's arithmetic; see `Tensor.fakeQuantized`.
  public func fakeQuantized(_ x: Tensor, to range: ValueRange) -> Tensor {
    let shape = isPerChannel ? [range.low.count] : []
    return x.fakeQuantized(
      min: Tensor(range.low, shape: shape), max: Tensor(range.high, shape: shape), bitWidth: bitWidth,
      narrowRange: narrowRange, axes: axes)
  }

  /// The quantizer of each channel for integer inference: the same grid, with its scale and zero point.
  ///
  /// - Throws: `QuantizerError` if an end of `range` is NaN or infinite.
  public func quantizers(
    covering range: ValueRange, signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    var quantizers: [AffineQuantizer] = []
    for (low, high) in zip(range.low, range.high) {
      // The range is symmetric already; only 0…0 does not show it.
      quantizers.append(
        try AffineQuantizer(
          covering: (low, high), bitWidth: bitWidth, symmetric: symmetric && low == 0 && high == 0,
          narrowRange: narrowRange, signed: signed, rounding: rounding))
    }
    return quantizers
  }
}

extension QuantizerFormat {
  private enum CodingKeys: String, CodingKey { case bitWidth, symmetric, narrowRange, axes }

  /// Reads a format and checks it as `init(bitWidth:symmetric:narrowRange:axes:)` does; no axes are none.
  ///
  /// - Throws: `DecodingError` whose description says what is wrong with the numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let bitWidth = try container.decode(Int.self, forKey: .bitWidth)
    let narrowRange = try container.decode(Bool.self, forKey: .narrowRange)
    let mistake: QuantizerError? =
      !(1...16).contains(bitWidth)
      ? .bitWidthUnsupported(bitWidth) : bitWidth == 1 && narrowRange ? .narrowRangeTooSmall : nil
    if let mistake {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: mistake.description))
    }
    self.init(
      bitWidth: bitWidth, symmetric: try container.decode(Bool.self, forKey: .symmetric),
      narrowRange: narrowRange, axes: try container.decodeIfPresent([Int].self, forKey: .axes) ?? [])
  }
}
