import CKernels
import Support

/// Pooling of NHWC images: `[batch, height, width, channels]` to `[batch, height′, width′, channels]`.
extension Tensor {
  /// The largest value of each window, for each channel; padding does not take part.
  ///
  /// The gradient goes to the window's first pixel, row by row, that equals the maximum.
  ///
  /// - Parameters:
  ///   - size: The size of the windows.
  ///   - strides: The distances between windows; nil means `size`.
  ///   - padding: The treatment of windows at the edges.
  /// - Returns: The pooled images.
  public func maxPool2D(
    size: Size2D = 2, strides: Size2D? = nil, padding: Padding = .valid
  ) -> Tensor {
    let windows = Windows(shape, window: size, strides: strides ?? size, padding: padding, for: "maxPool2D")
    let channels = windows.geometry.channels
    let result = pooled(windows) { qat_max_pool(windows.geometry, $0, $1) }
    return Tensor(buffer: result, shape: windows.resultShape(channels: channels), inputs: [self]) {
      [buffer] upstream in
      [
        upstream.unpooled(windows) { image, window, given, gradient in
          qat_max_pool_gradient(
            windows.geometry, given, buffer.pointer + image, result.pointer + window, gradient)
        }
      ]
    }
  }

  /// The mean of the values in each window, for each channel.
  ///
  /// Padding does not take part: at an edge the sum is divided by the number of pixels inside, as in Keras.
  ///
  /// - Parameters:
  ///   - size: The size of the windows.
  ///   - strides: The distances between windows; nil means `size`.
  ///   - padding: The treatment of windows at the edges.
  /// - Returns: The pooled images.
  public func averagePool2D(
    size: Size2D = 2, strides: Size2D? = nil, padding: Padding = .valid
  ) -> Tensor {
    let windows = Windows(
      shape, window: size, strides: strides ?? size, padding: padding, for: "averagePool2D")
    let channels = windows.geometry.channels
    let result = pooled(windows) { qat_average_pool(windows.geometry, $0, $1) }
    return Tensor(buffer: result, shape: windows.resultShape(channels: channels), inputs: [self]) {
      upstream in
      [
        upstream.unpooled(windows) { _, _, given, gradient in
          qat_average_pool_gradient(windows.geometry, given, gradient)
        }
      ]
    }
  }

  /// The mean of each channel over the whole image: `[batch, channels]`.
  public func globalAveragePool2D() -> Tensor {
    require(
      rank == 4, "globalAveragePool2D: images have shape [batch, height, width, channels]; got \(shape)")
    return mean(axes: [1, 2])
  }

  /// The results of `kernel` for each image; it gets the addresses of the image and of its result.
  private func pooled(
    _ windows: Windows, _ kernel: (UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
  ) -> Buffer {
    let size = windows.windowCount * windows.geometry.channels
    let result = Buffer(count: windows.batch * size)
    backend.forEachShard(of: windows.batch, work: count) { _, images in
      for image in images {
        kernel(buffer.pointer + image * windows.imageSize, result.pointer + image * size)
      }
    }
    return result
  }

  /// The gradient of the images, where this tensor is the upstream gradient.
  ///
  /// `kernel` gets the offsets of the image and of its result, the result's upstream gradient, and the image's
  /// gradient, which is zero before the call.
  private func unpooled(
    _ windows: Windows,
    _ kernel: (
      _ image: Int, _ result: Int, _ upstream: UnsafePointer<Float>, _ gradient: UnsafeMutablePointer<Float>
    ) -> Void
  ) -> Tensor {
    let size = windows.windowCount * windows.geometry.channels
    let gradient = Buffer(count: windows.batch * windows.imageSize)
    backend.forEachShard(of: windows.batch, work: gradient.count) { _, images in
      for image in images {
        let (source, window) = (image * windows.imageSize, image * size)
        let target = gradient.pointer + source
        target.update(repeating: 0, count: windows.imageSize)
        kernel(source, window, buffer.pointer + window, target)
      }
    }
    let g = windows.geometry
    return Tensor(
      buffer: gradient, shape: [windows.batch, g.height, g.width, g.channels], backend: backend, node: nil)
  }
}
