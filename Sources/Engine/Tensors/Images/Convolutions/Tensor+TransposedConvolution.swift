import CKernels
import Support

extension Tensor {
  /// The transposed convolution of images with a kernel, plus a bias for each filter.
  ///
  /// Each pixel is multiplied by the kernel, and the products are added to the result, where the windows of
  /// neighbouring pixels lie `strides` apart: it is the gradient of the images of a convolution. This tensor has shape
  /// `[batch, height, width, channels]`. With `.same` the result has strides · height rows, with `.valid` so many and
  /// the rows that the last window reaches beyond them: strides · height + max(window − strides, 0); columns alike.
  ///
  /// - Parameters:
  ///   - kernel: A tensor of shape `[height, width, channels, filters]`. (Keras's has the last two the other way round.)
  ///   - bias: A tensor of shape `[filters]`, or nil.
  ///   - strides: The distances between the windows of neighbouring pixels.
  ///   - padding: Whether what the windows reach beyond strides · height and strides · width is cut off, half of it on
  ///     each side, and the larger half at the bottom and the right.
  /// - Returns: The images, of shape `[batch, height′, width′, filters]`.
  ///
  /// Source: Dumoulin and Visin, 2016, "A guide to convolution arithmetic", chapter 4 (arXiv:1603.07285).
  public func transposedConv2D(
    _ kernel: Tensor, bias: Tensor? = nil, strides: Size2D = 1, padding: Padding = .valid
  ) -> Tensor {
    require(
      rank == 4 && kernel.rank == 4 && kernel.shape[2] == shape[3],
      "transposedConv2D: images \(shape) and kernel \(kernel.shape) do not fit; "
        + "expected [batch, height, width, channels] and [height, width, channels, filters]")
    require(
      strides.height > 0 && strides.width > 0,
      "transposedConv2D: strides are above zero; got (\(strides.height), \(strides.width))")
    requireBias(bias, count: kernel.shape[3], "transposedConv2D")
    let convolution = convolution(transposedBy: kernel.shape, strides, padding)
    let geometry = convolution.windows.geometry
    let weights = kernel.swappingChannels()
    let result = convolution.imageGradient(upstream: buffer, kernel: weights.buffer)
    let (imageTracks, kernelTracks) = (isTracked, kernel.isTracked)
    let image = detached()
    let sums = Tensor(
      buffer: result, shape: [shape[0], geometry.height, geometry.width, kernel.shape[3]],
      inputs: [self, kernel]
    ) { [backend] upstream in
      func tensor(_ buffer: Buffer, _ shape: [Int]) -> Tensor {
        Tensor(buffer: buffer, shape: shape, backend: backend, node: nil)
      }
      return [
        imageTracks
          ? tensor(
            convolution.forward(image: upstream.buffer, kernel: weights.buffer, bias: nil), image.shape)
          : nil,
        kernelTracks
          ? tensor(
            convolution.kernelGradient(image: upstream.buffer, upstream: image.buffer, withBias: false)
              .kernel,
            weights.shape
          ).swappingChannels() : nil,
      ]
    }
    return bias.map { sums + $0 } ?? sums
  }

  /// The convolution from the results of a transposed convolution back to these images.
  private func convolution(transposedBy kernel: [Int], _ strides: Size2D, _ padding: Padding) -> Convolution {
    let extents = [(shape[1], kernel[0], strides.height), (shape[2], kernel[1], strides.width)]
      .map { padding.transposedExtent(of: $0.0, window: $0.1, stride: $0.2) }
    let windows = Windows(
      [shape[0], extents[0], extents[1], kernel[3]], window: Size2D(kernel[0], kernel[1]), strides: strides,
      padding: padding, for: "transposedConv2D")
    return Convolution(windows: windows, filters: shape[3], backend: backend)
  }

  /// The elements of a kernel `[height, width, a, b]` as a constant `[height, width, b, a]`.
  package func swappingChannels() -> Tensor {
    let (rows, columns) = (shape[2], shape[3])
    let result = Buffer(count: count)
    for tap in 0..<shape[0] * shape[1] {
      let first = tap * rows * columns
      qat_transpose(buffer.pointer + first, result.pointer + first, rows, columns)
    }
    return Tensor(buffer: result, shape: [shape[0], shape[1], columns, rows], backend: backend, node: nil)
  }
}

extension Padding {
  /// The extent of a transposed convolution's result along one dimension.
  package func transposedExtent(of extent: Int, window: Int, stride: Int) -> Int {
    extent * stride + (self == .same ? 0 : max(window - stride, 0))
  }
}
