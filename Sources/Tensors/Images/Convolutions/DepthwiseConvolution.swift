import CKernels

/// The three computations of a depthwise convolution, an image at a time.
///
/// Bound by memory, so the loops are our own on every platform.
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
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      for index in images {
        qat_depthwise(
          windows.geometry, multiplier, image.pointer + index * windows.imageSize, kernel.pointer,
          bias?.pointer,
          result.pointer + index * resultSize)
      }
    }
    return result
  }

  func imageGradient(upstream: Buffer, kernel: Buffer) -> Buffer {
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

  /// Partial sums of the shards, added in their order.
  func kernelGradient(image: Buffer, upstream: Buffer) -> Buffer {
    let shards = min(Backend.shards, windows.batch)
    let gradient = Buffer(count: kernelSize)
    Buffer.withScratch(shards * kernelSize) { partials in
      backend.forEachShard(of: windows.batch, work: work) { shard, images in
        let target = partials + shard * kernelSize
        target.update(repeating: 0, count: kernelSize)
        for index in images {
          qat_depthwise_kernel_gradient(
            windows.geometry, multiplier, upstream.pointer + index * resultSize,
            image.pointer + index * windows.imageSize, target)
        }
      }
      for shard in 1..<shards { qat_accumulate(partials, partials + shard * kernelSize, kernelSize) }
      gradient.pointer.update(from: partials, count: kernelSize)
    }
    return gradient
  }
}
