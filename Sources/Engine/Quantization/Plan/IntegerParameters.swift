import FixedPoint
import Layers
import Quantizers
import Support
import Tensors

/// The integers of one convolution or dense layer, which a runtime stores and multiplies.
///
///     accumulator = Σ (input − inputZeroPoint) · weight + bias
///     output = outputZeroPoint + accumulator · inputScale · weightScale / outputScale
///
/// Source: Jacob et al., 2018, sections 2.2 to 2.4 (arXiv:1712.05877).
public struct IntegerParameters: Hashable, Sendable {
  /// The layer's name.
  public let layer: String
  /// The shape of the kernel.
  public let weightShape: [Int]
  /// The codes of the weights, in the kernel's order.
  public let intWeights: [Int32]
  /// The bits that hold every code: those of the kernel's format, or one more.
  ///
  /// An unfolded normalization with a factor below 0 negates the codes of a channel. The lowest code of a format
  /// that is not narrow has no opposite, so it takes one more bit; with 8 bits its opposite saturates at 127.
  public let bitWidth: Int
  /// The scales of the weights: one, or one for each output channel; the zero points are 0.
  public let weightScales: [Float]
  /// The grid of the input.
  public let input: AffineQuantizer
  /// The grid of the output.
  public let output: AffineQuantizer
  /// The biases as codes of scale inputScale · weightScale and zero point 0; empty without a bias.
  public let bias32: [Int32]
  /// The biases that did not fit 32 bits at the scale of the weights, and what was done; mostly none.
  public let biasAdjustments: [BiasAdjustment]
  /// The fixed-point form of inputScale · weightScale / outputScale: one, or one for each output channel.
  public let multipliers: [FixedPointMultiplier]

  /// The scale of the weights, if all channels have the same.
  public var weightScale: Float? { weightScales.count == 1 ? weightScales[0] : nil }
}

extension IntegerParameters: CustomStringConvertible {
  /// The kernel, the grids of input and output, and the numbers of the first channels, in few digits.
  ///
  /// A multiplier is shown as mantissa · 2^shift, with the mantissa as a fraction.
  public var description: String {
    let (short, whole) = (NumberFormat.significant(4), NumberFormat.grouped)
    func line(_ tensor: String, _ grid: AffineQuantizer) -> String {
      "\(tensor): scale \(short.string(Double(grid.scale))), zero point \(whole.string(Double(grid.zeroPoint)))"
    }
    let channels = max(weightScales.count, bias32.count)
    let shown = min(channels, 4)
    let table = TextTable(
      columns: ["channel", "weight scale", "bias", "multiplier"],
      rows: (0..<shown).map { channel in
        let multiplier = multipliers[channel % multipliers.count]
        let mantissa = short.string(Double(multiplier.mantissa) * 0x1p-31)
        return [
          channels == 1 ? "all" : "\(channel)",
          short.string(Double(weightScales[channel % weightScales.count])),
          bias32.isEmpty ? "–" : whole.string(Double(bias32[channel])),
          "\(mantissa)·2\(NumberFormat.superscript(multiplier.shift))",
        ]
      })
    let shape = weightShape.map(String.init).joined(separator: "×")
    let title = "\(layer): \(shape) weights of \(bitWidth == 1 ? "1 bit" : "\(bitWidth) bits")"
    let rest = channels > shown ? ["… and \(channels - shown) more channels"] : []
    let lines =
      [line("input", input), line("output", output)] + table.terminalLines() + rest
      + biasAdjustments.map(\.description)
    return ([title] + lines.map { "  " + $0 }).joined(separator: "\n")
  }
}

extension QuantizedModel {
  /// The integers of a layer by its name: `conv2d`, or `quant_conv2d`.
  ///
  /// Biases are rounded half away from zero. One that does not fit 32 bits saturates only where that changes no output;
  /// else the scale of the weights grows, as ``IntegerParameters/biasAdjustments`` tells. Output channels that share a scale share one
  /// multiplier. Nothing changes.
  ///
  /// - Throws: ``QuantizationError/noIntegers(layer:reason:)`` if the layer has no kernel, or if its input, kernel
  ///   or output is not quantized or has no range yet.
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
  /// The integers of an operation with a kernel, between an input and an output on given grids.
  ///
  /// - Throws: ``QuantizationError/noIntegers(layer:reason:)`` if the kernel is not quantized, or has no range yet.
  package func integerParameters(
    input: AffineQuantizer, output: AffineQuantizer
  ) throws(QuantizationError) -> IntegerParameters {
    guard let effectiveKernel else { throw .noIntegers(layer: name, reason: "it has no kernel") }
    return try IntegerParameters(
      effectiveKernel, quantized: quantizedKernel, of: name, input: input, output: output,
      activationRange: activationCodes(on: output))
  }

  /// The lowest and highest output code of the activation on a grid.
  func activationCodes(on grid: AffineQuantizer) -> ClosedRange<Int32> {
    guard let activationRange else { return grid.quantizedRange }
    return grid.quantize(activationRange.low)...grid.quantize(activationRange.high)
  }

  /// The grids of a quantizer, with its rounding: one, or one for each channel.
  ///
  /// - Throws: ``QuantizationError/noIntegers(layer:reason:)`` if there is no quantizer, or it has no range.
  package static func grids(
    _ quantizer: Quantizer?, of tensor: String, _ layer: String, weight: Tensor? = nil
  ) throws(QuantizationError) -> [AffineQuantizer] {
    guard let quantizer else { throw .noIntegers(layer: layer, reason: "its \(tensor) is not quantized") }
    do {
      let rounding: RoundingRule = quantizer is LearnedStepQuantizer ? .halfToEven : .halfUp
      let grids =
        try weight.map { try quantizer.affineQuantizers(ofWeight: $0, rounding: rounding) }
        ?? quantizer.affineQuantizers(rounding: rounding)
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
  /// Finds the integers of a kernel between an input and an output on given grids.
  ///
  /// A channel whose products vanish beside a step of the output, mostly one of zeros, has no meaningful scale, yet
  /// its bias is counted in it. So its codes are 0, and its scale is 2⁻¹⁶ steps of the output. A bias that would need
  /// more than 31 bits saturates where the output is the same for every input; else the scale grows until it fits.
  ///
  /// - Parameters:
  ///   - effective: The kernel as inference uses it.
  ///   - quantized: The same, quantized; nil if it has no range yet.
  ///   - layer: The layer's name, for errors.
  ///   - input: The grid of the input.
  ///   - output: The grid of the output.
  ///   - activationRange: The lowest and highest output code of the activation.
  /// - Throws: ``QuantizationError/noIntegers(layer:reason:)`` if the kernel is not quantized, or has no range yet.
  init(
    _ effective: EffectiveKernel, quantized: Tensor?, of layer: String, input: AffineQuantizer,
    output: AffineQuantizer, activationRange: ClosedRange<Int32>
  ) throws(QuantizationError) {
    guard let quantizer = effective.quantizer else {
      throw .noIntegers(layer: layer, reason: "its kernel is not quantized")
    }
    guard let quantized else {
      throw .noIntegers(
        layer: layer, reason: "its kernel has no range yet: calibrate or train the model first")
    }
    for (name, tensor) in [("kernel", effective.quantizedSource), ("bias", effective.bias)] {
      if let value = tensor?.firstNotFinite {
        throw .noIntegers(
          layer: layer,
          reason: "its \(name) holds \(value): look for what made it, such as a training that diverged")
      }
    }
    let grids = try QuantizedOperation.grids(
      quantizer, of: "kernel", layer, weight: effective.quantizedSource)
    var scales = Self.scales(grids.map(\.scale), times: effective.factor?.values)
    let channels = scales.count
    let values = quantized.values
    var magnitudes = [Float](repeating: 0, count: channels)
    for (index, value) in values.enumerated() { magnitudes[index % channels] += abs(value) }
    let largest = max(abs(input.realRange.low), abs(input.realRange.high))
    let vanishes = magnitudes.map { $0 * largest < output.scale * 0x1p-12 }
    for channel in 0..<channels where vanishes[channel] {
      scales[channel] = output.scale / input.scale * 0x1p-16
    }
    let formatBits = quantizer.format.bitWidth
    let fitting = BiasFitting(
      input: input, output: output, activationRange: activationRange, biases: effective.bias?.values ?? [])
    let unraised = scales
    var codes = Self.codes(of: values, scales: scales, vanishes: vanishes, bitWidth: formatBits)
    let saturated = Self.saturatedBiases(fitting, codes: codes, scales: scales)
    for channel in fitting.biases.indices where saturated[channel] == nil {
      scales[channel % channels] = max(scales[channel % channels], fitting.leastScale(channel))
    }
    if scales != unraised {
      codes = Self.codes(of: values, scales: scales, vanishes: vanishes, bitWidth: formatBits)
    }
    let biases = Self.biases(fitting, codes: codes, scales: scales, unraised: unraised)
    (bias32, biasAdjustments) = (biases.codes, biases.adjustments)
    (self.layer, weightShape, weightScales) = (layer, effective.kernel.shape, scales)
    (self.input, self.output) = (input, output)
    intWeights = codes
    bitWidth = codes.reduce(formatBits) { max($0, 33 - ($1 < 0 ? ~$1 : $1).leadingZeroBitCount) }
    multipliers = try Self.multipliers(of: scales, layer, input, output)
  }

  /// The codes of quantized weights, channels last; 0 in channels that vanish.
  ///
  /// The values are multiples of their scales already, up to the rounding of one product.
  private static func codes(
    of values: [Float], scales: [Float], vanishes: [Bool], bitWidth: Int
  ) -> [Int32] {
    let channels = scales.count
    let limit = Int32(1) << Int32(max(bitWidth, 8) - 1)
    return values.enumerated().map { index, value in
      guard !vanishes[index % channels] else { return 0 }
      return Int32(saturating: (value / scales[index % channels]).rounded()).saturated(to: -limit...limit - 1)
    }
  }

  /// The codes at which biases saturate, for the scales of the weights; nil for a bias that does not.
  private static func saturatedBiases(
    _ fitting: BiasFitting, codes: [Int32], scales: [Float]
  ) -> [Int32?] {
    let largest = Double(max(fitting.input.zeroPoint + 128, 127 - fitting.input.zeroPoint))
    let count = fitting.biases.count
    var products = [Double](repeating: 0, count: count)
    if count > 0 {
      for (index, code) in codes.enumerated() { products[index % count] += Double(abs(code)) * largest }
    }
    return products.enumerated().map { channel, products in
      fitting.saturatedCode(channel, scale: scales[channel % scales.count], products: products)
    }
  }

  /// The codes of the biases, and what was done where one does not fit.
  private static func biases(
    _ fitting: BiasFitting, codes: [Int32], scales: [Float], unraised: [Float]
  ) -> (codes: [Int32], adjustments: [BiasAdjustment]) {
    let saturated = saturatedBiases(fitting, codes: codes, scales: scales)
    var adjustments: [BiasAdjustment] = []
    let codes = fitting.biases.enumerated().map { channel, bias in
      let (scale, own) = (scales[channel % scales.count], unraised[channel % scales.count])
      if saturated[channel] != nil {
        adjustments.append(BiasAdjustment(channel: channel, bias: bias, action: .saturated))
      } else if scale > own, fitting.leastScale(channel) == scale {
        adjustments.append(
          BiasAdjustment(channel: channel, bias: bias, action: .raisedScale(factor: scale / own)))
      }
      return saturated[channel] ?? Int32(saturating: fitting.exactCode(channel, scale: scale))
    }
    return (codes, adjustments)
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

  /// Multiplies scales by the magnitude of each channel's factor; a channel of factor 0 keeps its scale.
  private static func scales(_ scales: [Float], times factors: [Float]?) -> [Float] {
    guard let factors else { return scales }
    return factors.enumerated().map { channel, factor in
      scales[channel % scales.count] * (factor == 0 ? 1 : abs(factor))
    }
  }
}
