import CKernels
import Support

extension Tensor {
  /// The convolution of images with a kernel, plus a bias for each filter.
  ///
  /// This tensor has shape `[batch, height, width, channels]`. The kernel is not flipped: as in every framework, the
  /// operation is a cross-correlation.
  ///
  /// - Parameters:
  ///   - kernel: A tensor of shape `[height, width, channels, filters]`.
  ///   - bias: A tensor of shape `[filters]`, or nil.
  ///   - strides: The distances between windows.
  ///   - padding: The treatment of windows at the edges.
  /// - Returns: The convolved images, of shape `[batch, height′, width′, filters]`.
  ///
  /// Source: Dumoulin and Visin, 2016, "A guide to convolution arithmetic" (arXiv:1603.07285).
  public func conv2D(
    _ kernel: Tensor, bias: Tensor? = nil, strides: Size2D = 1, padding: Padding = .valid
  ) -> Tensor {
    let convolution = convolution("conv2D", kernel, bias, strides, padding)
    let (windows, filters) = (convolution.windows, convolution.filters)
    let result = convolution.forward(image: buffer, kernel: kernel.buffer, bias: bias?.buffer)
    let (imageTracks, kernelTracks) = (isTracked, kernel.isTracked || bias?.isTracked == true)
    let (image, weights, hasBias) = (detached(), kernel.detached(), bias != nil)
    return Tensor(
      buffer: result, shape: windows.resultShape(channels: filters),
      inputs: [self, kernel] + (bias.map { [$0] } ?? [])
    ) { [backend] upstream in
      var gradients = [Tensor?](repeating: nil, count: hasBias ? 3 : 2)
      func tensor(_ buffer: Buffer, _ shape: [Int]) -> Tensor {
        Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
      }
      if imageTracks {
        gradients[0] = tensor(
          convolution.imageGradient(upstream: upstream.buffer, kernel: weights.buffer), image.shape)
      }
      if kernelTracks {
        let found = convolution.kernelGradient(
          image: image.buffer, upstream: upstream.buffer, withBias: hasBias)
        gradients[1] = tensor(found.kernel, weights.shape)
        if let bias = found.bias { gradients[2] = tensor(bias, [filters]) }
      }
      return gradients
    }
  }

  /// The convolution of each channel with its own kernels, plus a bias for each output.
  ///
  /// This tensor has shape `[batch, height, width, channels]`. Output c × multiplier + m comes from channel c.
  ///
  /// - Parameters:
  ///   - kernel: A tensor of shape `[height, width, channels, multiplier]`.
  ///   - bias: A tensor of shape `[channels × multiplier]`, or nil.
  ///   - strides: The distances between windows.
  ///   - padding: The treatment of windows at the edges.
  /// - Returns: The convolved images, of shape `[batch, height′, width′, channels × multiplier]`.
  ///
  /// Source: Howard et al., 2017, MobileNets, section 3.1 (arXiv:1704.04861).
  public func depthwiseConv2D(
    _ kernel: Tensor, bias: Tensor? = nil, strides: Size2D = 1, padding: Padding = .valid
  ) -> Tensor {
    let convolution = convolution("depthwiseConv2D", kernel, bias, strides, padding, isDepthwise: true)
    let (windows, outputs) = (convolution.windows, convolution.filters)
    let result = convolution.forward(image: buffer, kernel: kernel.buffer, bias: bias?.buffer)
    let (imageTracks, kernelTracks, biasTracks) = (isTracked, kernel.isTracked, bias?.isTracked == true)
    let (image, weights, hasBias) = (detached(), kernel.detached(), bias != nil)
    return Tensor(
      buffer: result, shape: windows.resultShape(channels: outputs),
      inputs: [self, kernel] + (bias.map { [$0] } ?? [])
    ) { [backend] upstream in
      func tensor(_ buffer: Buffer, _ shape: [Int]) -> Tensor {
        Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
      }
      let imageGradient =
        imageTracks
        ? tensor(convolution.imageGradient(upstream: upstream.buffer, kernel: weights.buffer), image.shape)
        : nil
      let kernelGradient =
        kernelTracks
        ? tensor(
          convolution.kernelGradient(image: image.buffer, upstream: upstream.buffer, withBias: false).kernel,
          weights.shape)
        : nil
      let biasGradient = biasTracks ? upstream.sum(axes: [0, 1, 2]) : nil
      return [imageGradient, kernelGradient] + (hasBias ? [biasGradient] : [])
    }
  }

  /// The convolution of these images by `kernel`; stops if they do not fit, with a message that names `operation`.
  func convolution(
    _ operation: String, _ kernel: Tensor, _ bias: Tensor?, _ strides: Size2D, _ padding: Padding,
    isDepthwise: Bool = false
  ) -> Convolution {
    require(
      rank == 4 && kernel.rank == 4 && kernel.shape[2] == shape[3],
      "\(operation): images \(shape) and kernel \(kernel.shape) do not fit; expected [batch, height, width,"
        + " channels] and [height, width, channels, \(isDepthwise ? "multiplier" : "filters")]")
    let last = kernel.shape[3]
    let filters = isDepthwise ? shape[3] * last : last
    requireBias(bias, count: filters, operation)
    let windows = Windows(
      shape, window: Size2D(kernel.shape[0], kernel.shape[1]), strides: strides, padding: padding,
      for: operation)
    return Convolution(
      windows: windows, filters: filters, multiplier: isDepthwise ? last : nil, backend: backend)
  }

  /// Stops unless `bias` is nil or has shape `[count]`.
  func requireBias(_ bias: Tensor?, count: Int, _ operation: String) {
    require(
      bias.map { $0.shape == [count] } ?? true,
      "\(operation): the bias has one element per output, shape \([count]); got \(bias?.shape ?? [])")
  }
}
