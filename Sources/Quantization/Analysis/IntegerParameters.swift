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
    guard let operation = found, let kernel = operation.kernel else {
      let known = operations.filter { $0.kernel != nil }.map(\.name)
      throw .noIntegers(layer: layer, reason: "no such layer has a kernel; there are \(known)")
    }
    let source = operation.inputs.first.flatMap { operations[$0].output }
    guard let quantizer = operation.kernelQuantizer else {
      throw .noIntegers(layer: layer, reason: "its kernel is not quantized")
    }
    guard let image = operation.quantizedKernel else {
      throw .noIntegers(
        layer: layer, reason: "its kernel has no range yet: calibrate or train the model first")
    }
    let scales = Self.scales(
      try Self.grids(quantizer, of: "kernel", layer).map(\.scale), times: operation.kernelFactor)
    let input = try Self.grids(source, of: "input", layer)[0]
    let output = try Self.grids(operation.output, of: "output", layer)[0]
    let channels = scales.count
    // Multiples of the scale already, up to the rounding of one product.
    let codes = image.values.enumerated().map { place, value in
      Int32(saturating: (value / scales[place % channels]).rounded())
    }
    let biases = operation.bias?.values ?? []
    let bias32 = biases.enumerated().map { channel, value in
      let scale = Double(input.scale) * Double(scales[channel % channels])
      return Int32(saturating: (Double(value) / scale).rounded(.toNearestOrAwayFromZero))
    }
    var multipliers: [FixedPointMultiplier] = []
    for scale in scales {
      let real = Double(input.scale) * Double(scale) / Double(output.scale)
      do { multipliers.append(try FixedPointMultiplier(real)) } catch {
        throw .noIntegers(layer: layer, reason: error.description)
      }
    }
    return IntegerParameters(
      layer: operation.name, weightShape: kernel.shape, intWeights: codes, weightScales: scales,
      input: input, output: output, bias32: bias32, multipliers: multipliers)
  }

  /// A scale for each channel if there is a factor for each: a channel of factor 0 keeps its scale.
  private static func scales(_ scales: [Float], times factors: [Float]?) -> [Float] {
    guard let factors else { return scales }
    return factors.enumerated().map { channel, factor in
      scales[channel % scales.count] * (factor == 0 ? 1 : abs(factor))
    }
  }

  private static func grids(
    _ quantizer: Quantizer?, of tensor: String, _ layer: String
  ) throws(QuantizationError) -> [AffineQuantizer] {
    guard let quantizer else { throw .noIntegers(layer: layer, reason: "its \(tensor) is not quantized") }
    do {
      let grids = try quantizer.affineQuantizers()
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
