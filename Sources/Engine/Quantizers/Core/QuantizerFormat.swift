import FixedPoint
import Support
import Tensors

/// The kind of grid that a quantizer makes: bit width, symmetry, and the axes that have their own ranges.
public struct QuantizerFormat: Hashable, Codable, Sendable {
  /// The bits of a code, 1 to 16.
  public let bitWidth: Int
  /// Whether real 0 is the middle code, as integer kernels want it for weights.
  public let symmetric: Bool
  /// Whether the lowest code is left out, so that as many codes lie below 0 as above.
  public let narrowRange: Bool
  /// The axes whose indices have ranges of their own; empty for one range for all elements.
  ///
  /// A negative axis counts from the end. Several axes must be adjacent: 2 and 3 give a depthwise kernel,
  /// [height, width, channels, multiplier], channels × multiplier ranges.
  public let axes: [Int]

  /// Creates a format with a range for each index of one axis, or one range for all elements.
  ///
  /// - Parameters:
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - symmetric: Whether real 0 is the middle code.
  ///   - narrowRange: Whether the lowest code is left out; needs at least 2 bits.
  ///   - axis: The axis whose indices have ranges of their own; nil for one range.
  public init(bitWidth: Int = 8, symmetric: Bool = false, narrowRange: Bool = false, axis: Int? = nil) {
    self.init(
      bitWidth: bitWidth, symmetric: symmetric, narrowRange: narrowRange, axes: axis.map { [$0] } ?? [])
  }

  /// Creates a format with a range for each combination of indices of adjacent axes.
  ///
  /// - Parameters:
  ///   - bitWidth: The bits of a code, 1 to 16.
  ///   - symmetric: Whether real 0 is the middle code.
  ///   - narrowRange: Whether the lowest code is left out; needs at least 2 bits.
  ///   - axes: The axes whose indices have ranges of their own; empty for one range.
  public init(bitWidth: Int = 8, symmetric: Bool = false, narrowRange: Bool = false, axes: [Int]) {
    require(
      (1...16).contains(bitWidth) && !(bitWidth == 1 && narrowRange),
      "QuantizerFormat: expected 1 to 16 bits, and 2 or more for a narrow range; got \(bitWidth)")
    (self.bitWidth, self.symmetric) = (bitWidth, symmetric)
    (self.narrowRange, self.axes) = (narrowRange, axes)
  }

  /// The first code in use, counted from 0: 1 for a narrow range.
  var firstCode: Int32 { narrowRange ? 1 : 0 }
  /// The last code, counted from 0: 2^bitWidth − 1.
  var lastCode: Int32 { (1 << Int32(bitWidth)) - 1 }
  /// The number of codes in use.
  public var codeCount: Int { Int(lastCode - firstCode) + 1 }

  /// Whether each channel has a range of its own.
  public var isPerChannel: Bool { !axes.isEmpty }

  /// TFMOT's choice for activations: 8 bits, affine, one range.
  public static let activations = QuantizerFormat()

  /// TFMOT's choice for convolution kernels: 8 bits, symmetric, narrow, a range for each output channel.
  public static let weightsPerChannel = QuantizerFormat(symmetric: true, narrowRange: true, axis: -1)

  /// TFLite's choice for depthwise kernels: as for convolutions, a range for each channel and multiplier.
  public static let depthwiseWeights = QuantizerFormat(symmetric: true, narrowRange: true, axes: [-2, -1])

  /// TFMOT's choice for dense kernels: 8 bits, symmetric, narrow, one range.
  public static let weights = QuantizerFormat(symmetric: true, narrowRange: true)

  /// The format in a few words: "8 bits, symmetric, narrow, per channel".
  public var summary: String {
    let parts = [
      bitWidth == 1 ? "1 bit" : "\(bitWidth) bits", symmetric ? "symmetric" : "affine",
      narrowRange ? "narrow" : nil, isPerChannel ? "per channel" : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }

  /// The range of the values of `x`, widened to contain 0 and, if symmetric, to have 0 in the middle.
  ///
  /// A NaN in `x` makes the range of its channel NaN.
  public func range(of x: Tensor) -> ValueRange {
    var range = ValueRange(extremesOf: x, ChannelLayout(x.shape, axes: axes))
    for channel in range.low.indices where !range.low[channel].isNaN {
      let ends = widened(low: range.low[channel], high: range.high[channel])
      (range.low[channel], range.high[channel]) = ends
    }
    return range
  }

  /// The one range of values of which the least and the greatest are known: what ``range(of:)`` gives for them.
  func range(from least: Float, to greatest: Float) -> ValueRange {
    guard !greatest.isNaN else { return ValueRange(greatest, greatest) }
    let ends = widened(low: least, high: greatest)
    return ValueRange(ends.low, ends.high)
  }

  /// `range` widened to contain 0 and, if symmetric, to have 0 in the middle.
  ///
  /// A range that fits already, up to rounding, stays as it is. The ends must be finite and in order.
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

  /// `x` quantized to `range` and back in TensorFlow's arithmetic, that of `Tensor.fakeQuantized(min:max:…)`.
  public func fakeQuantized(_ x: Tensor, to range: ValueRange) -> Tensor {
    let shape = isPerChannel ? [range.low.count] : []
    return x.fakeQuantized(
      min: Tensor(range.low, shape: shape), max: Tensor(range.high, shape: shape), bitWidth: bitWidth,
      narrowRange: narrowRange, axes: axes)
  }

  /// The quantizer of each channel for integer inference: the same grid by its scale and zero point.
  ///
  /// - Throws: `QuantizerError` if an end of `range` is NaN or infinite.
  public func quantizers(
    covering range: ValueRange, signed: Bool = true, rounding: RoundingRule = .halfToEven
  ) throws(QuantizerError) -> [AffineQuantizer] {
    var quantizers: [AffineQuantizer] = []
    for (low, high) in zip(range.low, range.high) {
      // A symmetric range shows its symmetry by its ends; only 0…0 does not.
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

  /// Reads a format and checks it as ``init(bitWidth:symmetric:narrowRange:axes:)`` does.
  ///
  /// A missing key `axes` means one range.
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
