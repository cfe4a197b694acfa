import FixedPoint
import IntegerInference
import Layers
import Quantization
import Quantizers
import Support
import Tensors

// Kernels: codes, scales and biases of what multiplies, and windows of what slides.

extension Converter {
  /// The operation of a convolution or dense layer that reads the operation of this number.
  ///
  /// - Throws: `ConversionError` if the kernel is in float, not symmetric, or of too many bits.
  func kernel(
    of source: QuantizedOperation, _ input: Int, _ grid: AffineQuantizer
  ) throws(ConversionError) -> IntegerOperation.Kind {
    let kernel = try integerKernel(of: source, operations[input].grid, grid)
    guard let layer = source.layer as? BaseConv2D else { return .dense(kernel) }
    let window = window(
      layer.kernelSize, layer.strides, layer.padding, on: operations[input].shape)
    return layer is DepthwiseConv2D ? .depthwiseConvolution(kernel, window) : .convolution(kernel, window)
  }

  private func integerKernel(
    of source: QuantizedOperation, _ input: AffineQuantizer, _ output: AffineQuantizer
  ) throws(ConversionError) -> IntegerKernel {
    guard let quantizer = source.kernelQuantizer else {
      throw .inFloat(layer: source.layer.title, tensor: "kernel")
    }
    let grids = try grids(of: quantizer, "kernel", source.layer)
    guard grids.allSatisfy({ $0.zeroPoint == 0 }) else {
      throw .unsupported(
        layer: source.layer.title,
        reason: "its kernel's grid is affine, and kernels of integers have real 0 at 0",
        remedy: "use a symmetric format for the weights")
    }
    let parameters: IntegerParameters
    do { parameters = try source.integerParameters(input: input, output: output) } catch {
      throw .noGrid(layer: source.layer.title, tensor: "kernel", reason: "no codes: \(error.description)")
    }
    let channels = source.outputShape.last ?? 1
    return IntegerKernel(
      shape: parameters.weightShape, codes: parameters.intWeights.map { Int8(clamping: $0) },
      bitWidth: parameters.bitWidth, scales: parameters.weightScales,
      bias: parameters.bias32.isEmpty ? [Int32](repeating: 0, count: channels) : parameters.bias32,
      limits: limits(of: source, on: output))
  }

  /// The window of a pooling over images of this shape.
  func window(of layer: Pooling2D, on image: [Int]) -> Window {
    window(layer.poolSize, layer.strides, layer.padding, on: image)
  }

  private func window(
    _ size: Size2D, _ strides: Size2D, _ padding: Padding, on image: [Int]
  ) -> Window {
    let size = (height: size.height, width: size.width)
    let strides = (vertical: strides.height, horizontal: strides.width)
    return padding == .same
      ? Window(size: size, strides: strides, sameFor: (image[0], image[1]))
      : Window(size: size, strides: strides)
  }
}
