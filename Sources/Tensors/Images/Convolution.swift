import CKernels

/// The three computations of a convolution, a shard of the batch at a time.
struct Convolution {
  let windows: Windows
  let filters: Int
  let backend: Backend

  var kernelSize: Int { windows.patchSize * filters }
  private var resultSize: Int { windows.windowCount * filters }
  private var work: Int {
    windows.batch * windows.windowCount * kernelSize / Backend.multiplyAddsPerElement
  }

  /// The images convolved, plus the bias.
  func forward(image: Buffer, kernel: Buffer, bias: Buffer?) -> Buffer {
    let result = Buffer(count: windows.batch * resultSize)
    let compiled = compiled(qat_convolution_forward, bias: bias != nil, kernel: kernel)
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      let source = image.pointer + images.lowerBound * windows.imageSize
      let target = result.pointer + images.lowerBound * resultSize
      if let compiled {
        compiled.run(images.count, image: source, bias: bias?.pointer, result: target)
      } else {
        forwardPortably(images.count, source, kernel.pointer, bias?.pointer, target)
      }
    }
    return result
  }

  /// The gradient with respect to the images.
  func imageGradient(upstream: Buffer, kernel: Buffer) -> Buffer {
    let gradient = Buffer(count: windows.batch * windows.imageSize)
    let compiled = compiled(qat_convolution_image_gradient, bias: false, kernel: kernel)
    let transposed = compiled == nil ? Buffer(count: kernelSize) : nil
    if let transposed { qat_transpose(kernel.pointer, transposed.pointer, windows.patchSize, filters) }
    backend.forEachShard(of: windows.batch, work: work) { _, images in
      let source = upstream.pointer + images.lowerBound * resultSize
      let target = gradient.pointer + images.lowerBound * windows.imageSize
      if let compiled {
        compiled.run(images.count, image: target, bias: nil, result: source)
      } else if let transposed {
        imageGradientPortably(images.count, source, transposed.pointer, target)
      }
    }
    return gradient
  }

  /// The gradients with respect to the kernel and the bias: partial sums, added in the order of the shards.
  func kernelGradient(image: Buffer, upstream: Buffer, withBias: Bool) -> (kernel: Buffer, bias: Buffer?) {
    let size = kernelSize + (withBias ? filters : 0)
    let shards = Swift.min(Backend.shards, windows.batch)
    let (kernel, sums) = (Buffer(count: kernelSize), withBias ? Buffer(count: filters) : nil)
    let compiled = compiled(qat_convolution_kernel_gradient, bias: withBias, kernel: nil)
    Buffer.withScratch(shards * size) { partials in
      backend.forEachShard(of: windows.batch, work: work) { shard, images in
        let source = image.pointer + images.lowerBound * windows.imageSize
        let given = upstream.pointer + images.lowerBound * resultSize
        let target = partials + shard * size
        let bias = withBias ? target + kernelSize : nil
        if let compiled {
          compiled.runKernelGradient(images.count, image: source, upstream: given, kernel: target, bias: bias)
        } else {
          kernelGradientPortably(images.count, source, given, target)
          if let bias { sumFilters(images.count, given, bias) }
        }
      }
      for shard in 1..<shards { qat_accumulate(partials, partials + shard * size, size) }
      kernel.pointer.update(from: partials, count: kernelSize)
      sums?.pointer.update(from: partials + kernelSize, count: filters)
    }
    return (kernel, sums)
  }

  private func compiled(
    _ direction: qat_convolution_direction, bias: Bool, kernel: Buffer?
  ) -> CompiledConvolution? {
    backend.kernels == .oneDNN
      ? CompiledConvolution(windows, filters: filters, direction, bias: bias, kernel: kernel) : nil
  }
}

/// The portable twins: every window becomes a row of a matrix, and the convolution a matrix product.
///
/// Source: Chellapilla, Puri and Simard, 2006, "High Performance Convolutional Neural Networks for Document
/// Processing".
extension Convolution {
  private func forwardPortably(
    _ images: Int, _ source: UnsafePointer<Float>, _ kernel: UnsafePointer<Float>,
    _ bias: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>
  ) {
    Buffer.withScratch(windows.windowCount * windows.patchSize) { patches in
      for image in 0..<images {
        qat_gather_patches(windows.geometry, source + image * windows.imageSize, patches)
        qat_matmul(
          patches, windows.patchSize, 1, kernel, filters, bias, target + image * resultSize, filters,
          windows.windowCount, windows.patchSize, filters, 0)
      }
    }
  }

  private func imageGradientPortably(
    _ images: Int, _ upstream: UnsafePointer<Float>, _ transposedKernel: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    gradient.update(repeating: 0, count: images * windows.imageSize)
    Buffer.withScratch(windows.windowCount * windows.patchSize) { patches in
      for image in 0..<images {
        qat_matmul(
          upstream + image * resultSize, filters, 1, transposedKernel, windows.patchSize, nil, patches,
          windows.patchSize, windows.windowCount, filters, windows.patchSize, 0)
        qat_scatter_patches(windows.geometry, patches, gradient + image * windows.imageSize)
      }
    }
  }

  private func kernelGradientPortably(
    _ images: Int, _ source: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    Buffer.withScratch(windows.windowCount * windows.patchSize) { patches in
      for image in 0..<images {
        qat_gather_patches(windows.geometry, source + image * windows.imageSize, patches)
        qat_matmul(
          patches, 1, windows.patchSize, upstream + image * resultSize, filters, nil, gradient, filters,
          windows.patchSize, windows.windowCount, filters, image == 0 ? 0 : 1)
      }
    }
  }

  /// The sum of the upstream gradient over every place of a filter.
  private func sumFilters(
    _ images: Int, _ upstream: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: filters) { totals in
      totals.initialize(repeating: 0)
      qat_sum_rows(upstream, 0, images * windows.windowCount, filters, totals.baseAddress)
      for filter in 0..<filters { sums[filter] = Float(totals[filter]) }
    }
  }
}
