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
  /// The axis of which each place has a range of its own, counted from the end if negative; nil means one
  /// range for all.
  public let axis: Int?

  /// Creates a format; a narrow range needs at least 2 bits.
  public init(bitWidth: Int = 8, symmetric: Bool = false, narrowRange: Bool = false, axis: Int? = nil) {
    require(
      (1...16).contains(bitWidth) && !(bitWidth == 1 && narrowRange),
      "QuantizerFormat: expected 1 to 16 bits, and 2 or more for a narrow range; got \(bitWidth)")
    (self.bitWidth, self.symmetric) = (bitWidth, symmetric)
    (self.narrowRange, self.axis) = (narrowRange, axis)
  }

  /// TFMOT's choice for activations: 8 bits, affine, one range.
  public static let activations = QuantizerFormat()

  /// TFMOT's choice for the weights of a convolution: 8 bits, symmetric, narrow, a range an output channel.
  public static let weightsPerChannel = QuantizerFormat(symmetric: true, narrowRange: true, axis: -1)

  /// TFMOT's choice for the weights of a dense layer: 8 bits, symmetric, narrow, one range.
  public static let weights = QuantizerFormat(symmetric: true, narrowRange: true)

  /// The range that `x` calls for, widened to hold 0 and, if symmetric, to put it in the middle.
  ///
  /// NaN anywhere in `x` makes the range of its channel NaN.
  public func range(of x: Tensor) -> ValueRange {
    var range = ValueRange(extremesOf: x, ChannelLayout(x.shape, axis: axis))
    for channel in range.low.indices where !range.low[channel].isNaN {
      let (low, high) = (range.low[channel], range.high[channel])
      let ends =
        symmetric
        ? NudgedRange.symmetricEnds(
          low: low, high: high, bitWidth: bitWidth, narrowRange: narrowRange)
        : (low: min(low, 0), high: max(high, 0))
      (range.low[channel], range.high[channel]) = ends
    }
    return range
  }

  /// `x` quantized to `range` and back, in TensorFlow's arithmetic; see `Tensor.fakeQuantized`.
  public func fakeQuantized(_ x: Tensor, to range: ValueRange) -> Tensor {
    let shape = axis == nil ? [] : [range.low.count]
    return x.fakeQuantized(
      min: Tensor(range.low, shape: shape), max: Tensor(range.high, shape: shape), bitWidth: bitWidth,
      narrowRange: narrowRange, axis: axis ?? -1)
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
  private enum CodingKeys: String, CodingKey { case bitWidth, symmetric, narrowRange, axis }

  /// Reads a format and checks it as `init(bitWidth:symmetric:narrowRange:axis:)` does.
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
      narrowRange: narrowRange, axis: try container.decodeIfPresent(Int.self, forKey: .axis))
  }
}
