import CKernels

/// The three computations of a depthwise convolution, one image after the other.
///
/// They are limited by memory, so both backends use the portable kernels.
struct DepthwiseConvolution {
  let windows: Windows
  let multiplier: Int
  let backend: Backend

  private var outputs: Int { windows.geometry.channels * multiplier }
  private var resultSize: Int { windows.windowCount * outputs }
  private var kernelSize: Int { windows.patchSize * multiplier }
  private var work: Int {
    windows.batch * windows.windowCount * kernelSize / Backend.multiplyAddsPerElement
  }

  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Buffer {
    let result = Buffer(count: windows.batch * resultSize)
    forEachPadded(image) { _, index, padded in
      qat_depthwise(
        windows.geometry, multiplier, padded, kernel.pointer, bias?.pointer,
        result.pointer + index * resultSize)
    }
    return result
  }

  /// The gradient with respect to the images.
  ///
  /// With strides of 1 it is the convolution of the upstream gradient by each kernel rotated by 180°.
  func imageGradient(upstream: Buffer, kernel: Buffer) -> Buffer {
    let g = windows.geometry
    if multiplier == 1, g.stride_height == 1, g.stride_width == 1 {
      let taps = g.window_height * g.window_width
      let rotated = Buffer(count: kernelSize)
      for tap in 0..<taps {
        let source = kernel.pointer + (taps - 1 - tap) * g.channels
        (rotated.pointer + tap * g.channels).update(from: source, count: g.channels)
      }
      let transposed = DepthwiseConvolution(windows: windows.transposed, multiplier: 1, backend: backend)
      return transposed.forward(image: upstream, kernel: rotated, bias: nil)
    }
    let gradient = Buffer(count: windows.batch * windows.imageSize)
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      for index in images {
        let target = gradient.pointer + index * windows.imageSize
        target.update(repeating: 0, count: windows.imageSize)
        qat_depthwise_image_gradient(
          windows.geometry, multiplier, upstream.pointer + index * resultSize, kernel.pointer, target)
      }
    }
    return gradient
  }

  /// The gradient with respect to the kernel: partial sums of the shards, added in their order.
  func kernelGradient(image: Buffer, upstream: Buffer) -> Buffer {
    let shards = min(Backend.shards, windows.batch)
    let gradient = Buffer(count: kernelSize)
    Buffer.withScratch(shards * kernelSize) { partials in
      partials.update(repeating: 0, count: shards * kernelSize)
      forEachPadded(image) { shard, index, padded in
        qat_depthwise_kernel_gradient(
          windows.geometry, multiplier, upstream.pointer + index * resultSize, padded,
          partials + shard * kernelSize)
      }
      for shard in 1..<shards { qat_accumulate(partials, partials + shard * kernelSize, kernelSize) }
      gradient.pointer.update(from: partials, count: kernelSize)
    }
    return gradient
  }

  /// Calls `body` with each image of the batch, padded.
  private func forEachPadded(
    _ image: Buffer, _ body: (_ shard: Int, _ index: Int, _ padded: UnsafePointer<Float>) -> Void
  ) {
    backend.forEachShard(of: windows.batch, work: work) { shard, images in
      Buffer.withScratch(qat_padded_size(windows.geometry)) { padded in
        for index in images {
          qat_pad_image(windows.geometry, image.pointer + index * windows.imageSize, padded)
          body(shard, index, padded)
        }
      }
    }
  }
}
