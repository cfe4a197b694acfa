import CKernels

/// The three computations of a depthwise convolution, one image after the other.
///
/// A channel that has several kernels is repeated, once for each: then every channel has one kernel, and vectors run
/// along the channels. The computations are limited by memory, so both backends use the portable kernels.
struct DepthwiseConvolution {
  let windows: Windows
  let multiplier: Int
  let backend: Backend

  /// The windows over an image of repeated channels.
  private var wide: Windows { windows.repeatingChannels(multiplier) }
  private var resultSize: Int { windows.windowCount * wide.geometry.channels }
  private var kernelSize: Int { windows.patchSize * multiplier }
  private var work: Int {
    windows.batch * windows.windowCount * kernelSize / Backend.multiplyAddsPerElement
  }

  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Buffer {
    let result = Buffer(count: windows.batch * resultSize)
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      run(
        images.count, from: image.pointer + images.lowerBound * windows.imageSize, kernel: kernel, bias: bias,
        into: result.pointer + images.lowerBound * resultSize)
    }
    return result
  }

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

  /// The gradient with respect to the images: that of the repeated channels, and then the sums over repetitions.
  func imageGradient(upstream: Buffer, kernel: Buffer) -> Buffer {
    guard multiplier > 1 else { return wideGradient(upstream: upstream, kernel: kernel) }
    let repeated = wideGradient(upstream: upstream, kernel: kernel)
    let gradient = Buffer(count: windows.batch * windows.imageSize)
    backend.forEachShard(of: windows.batch, work: repeated.count) { _, images in
      qat_sum_repeated(
        repeated.pointer + images.lowerBound * wide.imageSize, images.count * windows.imageSize, multiplier,
        gradient.pointer + images.lowerBound * windows.imageSize)
    }
    return gradient
  }

  /// The gradient with respect to images of repeated channels.
  ///
  /// With strides of 1 it is the convolution of the upstream gradient by each kernel rotated by 180°.
  private func wideGradient(upstream: Buffer, kernel: Buffer) -> Buffer {
    let g = wide.geometry
    if g.stride_height == 1, g.stride_width == 1 {
      let taps = g.window_height * g.window_width
      let rotated = Buffer(count: kernelSize)
      for tap in 0..<taps {
        let source = kernel.pointer + (taps - 1 - tap) * g.channels
        (rotated.pointer + tap * g.channels).update(from: source, count: g.channels)
      }
      let transposed = DepthwiseConvolution(
        windows: wide.transposed(channels: wide.geometry.channels), multiplier: 1, backend: backend)
      return transposed.forward(image: upstream, kernel: rotated, bias: nil)
    }
    let gradient = Buffer(count: windows.batch * wide.imageSize)
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      for index in images {
        let target = gradient.pointer + index * wide.imageSize
        target.update(repeating: 0, count: wide.imageSize)
        qat_depthwise_image_gradient(g, upstream.pointer + index * resultSize, kernel.pointer, target)
      }
    }
    return gradient
  }

  /// The gradient with respect to the kernel: partial sums of the shards, added in their order.
  func kernelGradient(image: Buffer, upstream: Buffer) -> Buffer {
    let shards = min(Backend.shards, windows.batch)
    let gradient = Buffer(count: kernelSize)
    let geometry = wide.geometry
    Buffer.withScratch(shards * kernelSize) { partials in
      partials.update(repeating: 0, count: shards * kernelSize)
      backend.forEachShard(of: windows.batch, work: work) { shard, images in
        let source = image.pointer + images.lowerBound * windows.imageSize
        forEachPadded(images.count, from: source) { index, padded in
          qat_depthwise_kernel_gradient(
            geometry, upstream.pointer + (images.lowerBound + index) * resultSize, padded,
            partials + shard * kernelSize)
        }
      }
      for shard in 1..<shards { qat_accumulate(partials, partials + shard * kernelSize, kernelSize) }
      gradient.pointer.update(from: partials, count: kernelSize)
    }
    return gradient
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
