import FixedPoint
import IntegerInference
import Layers
import Support

// A factor and an offset for each channel, as integers.
//
// Runtimes have no operation for them that takes codes of any grid, but a depthwise convolution of one pixel is one:
// its kernel has one weight a channel, and a scale a channel makes the code of that weight exact. So a Rescaling or
// Normalization rounds once, where its output is quantized.

extension Converter {
  /// Appends the depthwise convolution of a factor and an offset for each channel; what is no image becomes one of
  /// single columns, and is given its shape back.
  ///
  /// - Throws: ``ConversionError`` if a factor or an offset is not finite.
  mutating func affineOperation(
    _ source: QuantizedOperation, _ affine: ChannelAffine, _ input: Int, _ grid: AffineQuantizer
  ) throws(ConversionError) -> Int {
    let shape = source.outputShape
    let kernel = try kernel(of: source, affine, channels: shape.last ?? 1, operations[input].grid, grid)
    let window = Window(size: (height: 1, width: 1), strides: (vertical: 1, horizontal: 1))
    guard shape.count != 3 else {
      return append(source, .depthwiseConvolution(kernel, window), [input], on: grid)
    }
    let image = [shape.dropLast().reduce(1, *), 1, shape.last ?? 1]
    let before = append(
      named: "\(source.name)_image", .reshape, [input], shape: image, on: operations[input].grid)
    let computed = append(
      named: "\(source.name)_affine", .depthwiseConvolution(kernel, window), [before], shape: image, on: grid)
    return append(source, .reshape, [computed], on: grid)
  }

  /// The kernel of one weight a channel: ±127 times the scale that makes it the factor.
  ///
  /// As for other kernels, a factor that vanishes beside a step of the output has the code 0 and a scale of 2⁻¹⁶ steps,
  /// and a scale grows until the bias needs no more than 31 bits.
  private func kernel(
    of source: QuantizedOperation, _ affine: ChannelAffine, channels: Int, _ input: AffineQuantizer,
    _ output: AffineQuantizer
  ) throws(ConversionError) -> IntegerKernel {
    let (factors, offsets) = affine.parameters()
    guard (factors + offsets).allSatisfy({ Float($0).isFinite }) else {
      throw .noGrid(
        layer: source.layer.title, tensor: "factor or offset", reason: "a value that is not finite")
    }
    let largest = Double(max(abs(input.realRange.low), abs(input.realRange.high)))
    var (codes, scales, biases): ([Int8], [Float], [Int32]) = ([], [], [])
    for channel in 0..<channels {
      let factor = factors[channel % factors.count]
      let offset = offsets[channel % offsets.count]
      let vanishes = abs(factor) * largest < Double(output.scale) * 0x1p-12
      let least = vanishes ? Double(output.scale) / Double(input.scale) * 0x1p-16 : abs(factor) / 127
      let scale = Float(max(least, abs(offset) / (Double(input.scale) * 0x1p30)))
      codes.append(vanishes ? 0 : Int8(clamping: Int((factor / Double(scale)).rounded())))
      scales.append(scale)
      let step = Double(input.scale) * Double(scale)
      biases.append(Int32(saturating: (offset / step).rounded(.toNearestOrAwayFromZero)))
    }
    return IntegerKernel(
      shape: [1, 1, channels, 1], intWeights: codes, scales: scales, bias32: biases,
      activationRange: source.activationCodes(on: output))
  }
}
