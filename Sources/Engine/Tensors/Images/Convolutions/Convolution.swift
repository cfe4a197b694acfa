import CKernels

/// A convolution of a batch, computed a group of images at a time, so that what one pass leaves in the cache
/// the next one finds there.
///
/// Each of its three computations has three forms. Images of few channels take a loop of our own, with
/// whatever kernels: `isDirect`. Others are compiled by oneDNN or, with the portable kernels, become matrix
/// products.
struct Convolution {
  let windows: Windows
  let filters: Int
  let backend: Backend

  var kernelSize: Int { windows.patchSize * filters }
  /// The number of floats in the result of one image.
  var resultSize: Int { windows.windowCount * filters }
  /// What the whole batch costs, in elements touched.
  var work: Int { windows.batch * windows.windowCount * kernelSize / Backend.multiplyAddsPerElement }

  /// Whether vectors run along the filters because there are too few channels for anything else.
  var isDirect: Bool { windows.geometry.channels <= 4 }

  /// The number of images whose values a core's cache holds: a power of two, at most a shard.
  private var groupSize: Int {
    let cached = 1 << 16
    var images = 1
    while images * 2 * Swift.max(windows.imageSize, resultSize) <= cached,
      images * 2 * Backend.shards <= windows.batch
    {
      images *= 2
    }
    return images
  }

  /// The groups of a shard's images, all but the last of one size.
  func forEachGroup(of images: Range<Int>, _ body: (Range<Int>) -> Void) {
    let size = groupSize
    var first = images.lowerBound
    while first < images.upperBound {
      let last = Swift.min(first + size, images.upperBound)
      body(first..<last)
      first = last
    }
  }

  /// The sizes that groups have, in some shard or other.
  private var groupSizes: [Int] {
    let shards = Swift.min(Backend.shards, windows.batch)
    let smallest = windows.batch / shards
    let largest = (windows.batch + shards - 1) / shards
    return Set([groupSize, smallest % groupSize, largest % groupSize]).filter { $0 > 0 }.sorted()
  }

  /// The batch convolved, plus the bias.
  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Buffer {
    let result = Buffer(count: windows.batch * resultSize)
    let pass = ForwardPass(self, image: image, kernel: kernel, bias: bias)
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      forEachGroup(of: images) { pass.run($0, into: result.pointer + $0.lowerBound * resultSize) }
    }
    return result
  }

  /// The gradient with respect to the images.
  func imageGradient(upstream: Buffer, kernel: Buffer) -> Buffer {
    let gradient = Buffer(count: windows.batch * windows.imageSize)
    let pass = ImageGradientPass(self, kernel: kernel)
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      forEachGroup(of: images) { group in
        pass.run(
          group.count, upstream: upstream.pointer + group.lowerBound * resultSize,
          into: gradient.pointer + group.lowerBound * windows.imageSize)
      }
    }
    return gradient
  }

  /// The gradients with respect to the kernel and the bias.
  func kernelGradient(image: Buffer, upstream: Buffer, withBias: Bool) -> (kernel: Buffer, bias: Buffer?) {
    let pass = KernelGradientPass(self, image: image, withBias: withBias)
    backend.forEachShard(of: windows.batch, work: work) { shard, images in
      forEachGroup(of: images) { group in
        pass.run(group, upstream: upstream.pointer + group.lowerBound * resultSize, shard: shard)
      }
    }
    return pass.gradients()
  }

  /// oneDNN's form of a computation; nil where another form is used.
  func compiled(
    _ direction: qat_convolution_direction, bias: Bool, kernel: Buffer?
  ) -> CompiledConvolution? {
    guard backend.kernels == .oneDNN else { return nil }
    return CompiledConvolution(
      windows, filters: filters, groups: groupSizes, direction, bias: bias, kernel: kernel)
  }
}
