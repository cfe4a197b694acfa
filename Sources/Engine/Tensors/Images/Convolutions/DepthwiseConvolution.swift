import CKernels

/// The three computations of a depthwise convolution, for some images, one after the other.
///
/// A channel that has several kernels is repeated, once for each: then every channel has one kernel, and vectors run
/// along the channels. The computations are limited by memory, so both backends use the portable kernels.
struct DepthwiseConvolution {
  let windows: Windows
  let multiplier: Int

  /// The windows over an image of repeated channels.
  private var wide: Windows { windows.repeatingChannels(multiplier) }
  private var resultSize: Int { windows.windowCount * wide.geometry.channels }

  /// Convolves some images into `target`, one result after the other.
  func run(
    _ images: Int, from source: UnsafePointer<Float>, kernel: Buffer, bias: Buffer?,
    into target: UnsafeMutablePointer<Float>
  ) {
    let geometry = wide.geometry
    forEachPadded(images, from: source) { index, padded in
      qat_depthwise(geometry, padded, kernel.pointer, bias?.pointer, target + index * resultSize)
    }
  }

  /// The kernel as ``imageGradient(_:upstream:kernel:into:)`` wants it: with strides of 1, rotated by 180°.
  func kernelForImageGradient(_ kernel: Buffer) -> Buffer {
    guard convolvesGradients else { return kernel }
    let (g, rotated) = (wide.geometry, Buffer(count: kernel.count))
    let taps = g.window_height * g.window_width
    for tap in 0..<taps {
      let source = kernel.pointer + (taps - 1 - tap) * g.channels
      (rotated.pointer + tap * g.channels).update(from: source, count: g.channels)
    }
    return rotated
  }

  /// With strides of 1 the gradient of the images is the convolution of the upstream gradient by each kernel, rotated.
  private var convolvesGradients: Bool {
    wide.geometry.stride_height == 1 && wide.geometry.stride_width == 1
  }

  /// The gradients of some images: those of the repeated channels, and then the sums over repetitions.
  func imageGradient(
    _ images: Int, upstream: UnsafePointer<Float>, kernel: Buffer, into gradient: UnsafeMutablePointer<Float>
  ) {
    guard multiplier > 1 else { return wideGradient(images, upstream, kernel, into: gradient) }
    Buffer.withScratch(images * wide.imageSize) { repeated in
      wideGradient(images, upstream, kernel, into: repeated)
      qat_sum_repeated(repeated, images * windows.imageSize, multiplier, gradient)
    }
  }

  /// The gradients of some images of repeated channels.
  private func wideGradient(
    _ images: Int, _ upstream: UnsafePointer<Float>, _ kernel: Buffer,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    let g = wide.geometry
    guard !convolvesGradients else {
      let transposed = DepthwiseConvolution(windows: wide.transposed(channels: g.channels), multiplier: 1)
      return transposed.run(images, from: upstream, kernel: kernel, bias: nil, into: gradient)
    }
    gradient.update(repeating: 0, count: images * wide.imageSize)
    for index in 0..<images {
      qat_depthwise_image_gradient(
        g, upstream + index * resultSize, kernel.pointer, gradient + index * wide.imageSize)
    }
  }

  /// Adds the gradient of the kernel over some images to sums.
  func addKernelGradient(
    _ images: Int, from source: UnsafePointer<Float>, upstream: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    let geometry = wide.geometry
    forEachPadded(images, from: source) { index, padded in
      qat_depthwise_kernel_gradient(geometry, upstream + index * resultSize, padded, sums)
    }
  }

  /// Calls `body` with each of some images, its channels repeated, and padded.
  private func forEachPadded(
    _ images: Int, from source: UnsafePointer<Float>,
    _ body: (_ index: Int, _ padded: UnsafePointer<Float>) -> Void
  ) {
    let geometry = wide.geometry
    let paddedSize = qat_padded_size(geometry)
    Buffer.withScratch(paddedSize + (multiplier > 1 ? wide.imageSize : 0)) { padded in
      let repeated = padded + paddedSize
      for index in 0..<images {
        let image = source + index * windows.imageSize
        if multiplier > 1 { qat_repeat_channels(image, windows.imageSize, multiplier, repeated) }
        qat_pad_image(geometry, multiplier > 1 ? UnsafePointer(repeated) : image, padded)
        body(index, padded)
      }
    }
  }
}
