import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

/// The integers of one convolution or dense layer: what a runtime stores and multiplies.
///
///     accumulator = Σ (input − inputZeroPoint) · weight + bias
///     output = outputZeroPoint + accumulator · inputScale · weightScale / outputScale
///
/// Source: Jacob et al., 2018, sections 2.2 to 2.4 (arXiv:1712.05877).
public struct IntegerParameters: Hashable, Sendable {
  /// The layer's name.
  public let layer: String
  /// The shape of the weights: the kernel's.
  public let weightShape: [Int]
  /// The codes of the weights, in the kernel's order.
  public let intWeights: [Int32]
  /// The bits that hold every one of these codes: those of the kernel's format, or one more.
  ///
  /// Where a normalization that was left unfolded has a factor below 0, codes change their sign, and the lowest
  /// of a format that is not narrow has no opposite. It gets one more bit; the lowest of 8 bits becomes 127.
  public let bitWidth: Int
  /// The scale of the weights, one, or one for each output channel; their zero points are 0.
  public let weightScales: [Float]
  /// The grid of the input.
  public let input: AffineQuantizer
  /// The grid of the output.
  public let output: AffineQuantizer
  /// The biases as codes of scale inputScale · weightScale and zero point 0; none without a bias.
  public let bias32: [Int32]
  /// inputScale · weightScale / outputScale, one or one for each channel, as integer arithmetic knows it.
  public let multipliers: [FixedPointMultiplier]

  /// The scale of the weights, if there is one for all.
  public var weightScale: Float? { weightScales.count == 1 ? weightScales[0] : nil }
}

extension QuantizedModel {
  /// The integers of the layer of this name: `conv2d`, or `quant_conv2d`.
  ///
  /// Biases are rounded half away from zero and saturate at 32 bits. Of several output channels that share
  /// a scale there is one multiplier.
  ///
  /// - Throws: `QuantizationError.noIntegers` if the layer has no kernel, or if a tensor around it has no
  ///   range yet.
  public func integerParameters(of layer: String) throws(QuantizationError) -> IntegerParameters {
    let operations = operations
    let found = operations.first { ($0.name == layer || $0.layers.contains(layer)) && $0.kernel != nil }
    guard let operation = found else {
      let known = operations.filter { $0.kernel != nil }.map(\.name)
      throw .noIntegers(layer: layer, reason: "no such layer has a kernel; there are \(known)")
    }
    func grid(_ quantizer: Quantizer?, of tensor: String) throws(QuantizationError) -> AffineQuantizer {
      try QuantizedOperation.grids(quantizer, of: tensor, layer)[0]
    }
    let source = operation.inputs.first.flatMap { operations[$0].output }
    return try operation.integerParameters(
      input: grid(source, of: "input"), output: grid(operation.output, of: "output"))
  }
}

extension QuantizedOperation {
  /// The integers of a layer that has a kernel, between tensors on these grids.
  ///
  /// - Throws: `QuantizationError.noIntegers` if the kernel is not quantized, or has no range yet.
  package func integerParameters(
    input: AffineQuantizer, output: AffineQuantizer
  ) throws(QuantizationError) -> IntegerParameters {
    guard let effectiveKernel else { throw .noIntegers(layer: name, reason: "it has no kernel") }
    return try IntegerParameters(effectiveKernel, of: name, input: input, output: output)
  }

  /// The grids of a quantizer, at least one, that round as it does.
  ///
  /// - Throws: `QuantizationError.noIntegers` if there is no quantizer, or it has no range.
  package static func grids(
    _ quantizer: Quantizer?, of tensor: String, _ layer: String
  ) throws(QuantizationError) -> [AffineQuantizer] {
    guard let quantizer else { throw .noIntegers(layer: layer, reason: "its \(tensor) is not quantized") }
    do {
      let rounding: RoundingRule = quantizer is LearnedStepQuantizer ? .halfToEven : .halfUp
      let grids = try quantizer.affineQuantizers(rounding: rounding)
      guard !grids.isEmpty else {
        throw QuantizationError.noIntegers(
          layer: layer, reason: "its \(tensor) has no range yet: calibrate or train the model first")
      }
      return grids
    } catch let error as QuantizationError {
      throw error
    } catch {
      throw .noIntegers(layer: layer, reason: "\(error)")
    }
  }
}

extension IntegerParameters {
  /// The integers of a kernel between tensors on these grids.
  ///
  /// A channel whose weights are nothing beside a step of the output, 0 mostly, would have a scale of no meaning,
  /// of which its bias is a multiple all the same. Its codes are 0, and its scale is 2⁻¹⁶ steps of the output.
  /// And where a bias would need more than 31 bits, the scale grows until it does not.
  ///
  /// - Throws: `QuantizationError.noIntegers` if the kernel is not quantized, or has no range yet.
  init(
    _ parts: EffectiveKernel, of layer: String, input: AffineQuantizer, output: AffineQuantizer
  ) throws(QuantizationError) {
    guard let quantizer = parts.quantizer else {
      throw .noIntegers(layer: layer, reason: "its kernel is not quantized")
    }
    guard let image = parts.image else {
      throw .noIntegers(
        layer: layer, reason: "its kernel has no range yet: calibrate or train the model first")
    }
    let grids = try QuantizedOperation.grids(quantizer, of: "kernel", layer)
    var scales = Self.scales(grids.map(\.scale), times: parts.factor?.values)
    let channels = scales.count
    let values = image.values
    var magnitudes = [Float](repeating: 0, count: channels)
    for (place, value) in values.enumerated() { magnitudes[place % channels] += abs(value) }
    let largest = max(abs(input.realRange.low), abs(input.realRange.high))
    let isNothing = magnitudes.map { $0 * largest < output.scale * 0x1p-12 }
    for channel in 0..<channels where isNothing[channel] {
      scales[channel] = output.scale / input.scale * 0x1p-16
    }
    let bias = parts.bias?.values ?? []
    for (channel, value) in bias.enumerated() {
      let least = Float(Double(abs(value)) / (Double(input.scale) * 0x1p30))
      scales[channel % channels] = max(scales[channel % channels], least)
    }
    (self.layer, weightShape, weightScales) = (layer, parts.kernel.shape, scales)
    (self.input, self.output) = (input, output)
    // Multiples of the scale already, up to the rounding of one product.
    let formatBits = quantizer.format.bitWidth
    let highest = Int32(1) << Int32(max(formatBits, 8) - 1)
    let codes: [Int32] = values.enumerated().map { place, value in
      guard !isNothing[place % channels] else { return 0 }
      return Int32(saturating: (value / scales[place % channels]).rounded())
        .saturated(to: -highest...highest - 1)
    }
    intWeights = codes
    bitWidth = codes.reduce(formatBits) { max($0, 33 - ($1 < 0 ? ~$1 : $1).leadingZeroBitCount) }
    bias32 = bias.enumerated().map { channel, value in
      let scale = Double(input.scale) * Double(scales[channel % channels])
      return Int32(saturating: (Double(value) / scale).rounded(.toNearestOrAwayFromZero))
    }
    multipliers = try Self.multipliers(of: scales, layer, input, output)
  }

  private static func multipliers(
    of scales: [Float], _ layer: String, _ input: AffineQuantizer, _ output: AffineQuantizer
  ) throws(QuantizationError) -> [FixedPointMultiplier] {
    var multipliers: [FixedPointMultiplier] = []
    for scale in scales {
      let real = Double(input.scale) * Double(scale) / Double(output.scale)
      do { multipliers.append(try FixedPointMultiplier(real)) } catch {
        throw .noIntegers(layer: layer, reason: error.description)
      }
    }
    return multipliers
  }

  /// A scale for each channel if there is a factor for each: a channel of factor 0 keeps its scale.
  private static func scales(_ scales: [Float], times factors: [Float]?) -> [Float] {
    guard let factors else { return scales }
    return factors.enumerated().map { channel, factor in
      scales[channel % scales.count] * (factor == 0 ? 1 : abs(factor))
    }
  }
}
