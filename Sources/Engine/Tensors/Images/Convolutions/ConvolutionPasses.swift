import CKernels

// The three computations of a convolution. Each is prepared once and then runs on groups of images, on any thread. The
// portable forms copy every window to a row of a matrix, so that the convolution is a matrix product.
//
// Source: Chellapilla, Puri and Simard, 2006, "High Performance Convolutional Neural Networks for Document
// Processing".

/// The forward pass of a batch: from its images to results.
struct ForwardPass {
  private let image: Buffer
  private let kernel: PackedConvolution

  init(_ convolution: Convolution, image: Buffer, kernel: Buffer, bias: Buffer?) {
    self.image = image
    self.kernel = PackedConvolution(convolution, kernel: kernel, bias: bias, groups: convolution.groupSizes)
  }

  /// Convolves a group of the batch's images into `target`, one result after the other.
  func run(_ images: Range<Int>, into target: UnsafeMutablePointer<Float>) {
    let source = image.pointer + images.lowerBound * kernel.convolution.windows.imageSize
    kernel.run(images.count, from: source, into: target)
  }
}

/// A convolution with a kernel that was packed once, for groups of images of given sizes.
struct PackedConvolution {
  /// Where the kernel is not packed, it is in HWIO order.
  private enum Form {
    case depthwise(DepthwiseConvolution, Buffer)
    case winograd(WinogradConvolution)
    case compiled(CompiledConvolution)
    case loop(Buffer)
    case product(Buffer)
  }

  let convolution: Convolution
  private let bias: Buffer?
  private let form: Form

  init(_ convolution: Convolution, kernel: Buffer, bias: Buffer?, groups: [Int]) {
    (self.convolution, self.bias) = (convolution, bias)
    if let depthwise = convolution.depthwise {
      form = .depthwise(depthwise, kernel)
    } else if let winograd = WinogradConvolution(convolution, kernel: kernel, bias: bias) {
      form = .winograd(winograd)
    } else if convolution.hasFewChannels {
      form = .loop(kernel)
    } else {
      let compiled = convolution.compiled(
        qat_convolution_forward, bias: bias != nil, kernel: kernel, groups: groups)
      form = compiled.map { .compiled($0) } ?? .product(kernel)
    }
  }

  /// Convolves a group of images into `target`, one result after the other.
  func run(
    _ images: Int, from source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let windows = convolution.windows
    switch form {
    case .depthwise(let depthwise, let kernel):
      depthwise.run(images, from: source, kernel: kernel, bias: bias, into: target)
    case .winograd(let winograd): winograd.run(images, from: source, into: target)
    case .compiled(let compiled):
      compiled.run(images, image: source, bias: bias?.pointer, result: target)
    case .product(let kernel): multiply(images, source, kernel, target)
    case .loop(let kernel):
      Buffer.withScratch(qat_padded_size(windows.geometry)) { padded in
        for image in 0..<images {
          qat_pad_image(windows.geometry, source + image * windows.imageSize, padded)
          qat_direct_convolution(
            windows.geometry, convolution.filters, padded, kernel.pointer, bias?.pointer,
            target + image * convolution.resultSize)
        }
      }
    }
  }

  private func multiply(
    _ images: Int, _ source: UnsafePointer<Float>, _ kernel: Buffer, _ target: UnsafeMutablePointer<Float>
  ) {
    let (windows, filters) = (convolution.windows, convolution.filters)
    Buffer.withScratch(windows.windowCount * windows.patchSize) { patches in
      for image in 0..<images {
        qat_gather_patches(windows.geometry, source + image * windows.imageSize, patches)
        var product = qat_matrix_product(
          rows: windows.windowCount, depth: windows.patchSize, columns: filters,
          left: qat_factor(values: patches, row_size: windows.patchSize, transposed: false),
          right: qat_factor(values: kernel.pointer, row_size: filters, transposed: false),
          bias: bias.map { UnsafePointer($0.pointer) }, result: target + image * convolution.resultSize,
          result_row_size: filters, accumulates: false)
        qat_matmul(&product)
      }
    }
  }
}

/// The backward pass from the gradients of results to the gradients of images.
struct ImageGradientPass {
  private enum Form {
    case depthwise(DepthwiseConvolution, Buffer)
    case winograd(WinogradConvolution)
    case compiled(CompiledConvolution)
    case product(transposedKernel: Buffer)
  }

  private let convolution: Convolution
  private let form: Form

  init(_ convolution: Convolution, kernel: Buffer) {
    self.convolution = convolution
    if let depthwise = convolution.depthwise {
      form = .depthwise(depthwise, depthwise.kernelForImageGradient(kernel))
    } else if let winograd = WinogradConvolution(gradientOf: convolution, kernel: kernel) {
      form = .winograd(winograd)
    } else if let compiled = convolution.compiled(
      qat_convolution_image_gradient, bias: false, kernel: kernel)
    {
      form = .compiled(compiled)
    } else {
      let transposed = Buffer(count: convolution.kernelSize)
      qat_transpose(
        kernel.pointer, transposed.pointer, convolution.windows.patchSize, convolution.filters)
      form = .product(transposedKernel: transposed)
    }
  }

  /// Computes the gradients of a group of images, one after the other.
  func run(
    _ images: Int, upstream: UnsafeMutablePointer<Float>, into gradient: UnsafeMutablePointer<Float>
  ) {
    switch form {
    case .depthwise(let depthwise, let kernel):
      depthwise.imageGradient(images, upstream: upstream, kernel: kernel, into: gradient)
    case .winograd(let winograd): winograd.run(images, from: upstream, into: gradient)
    case .compiled(let compiled): compiled.run(images, image: gradient, bias: nil, result: upstream)
    case .product(let transposed): multiply(images, upstream, transposed.pointer, gradient)
    }
  }

  private func multiply(
    _ images: Int, _ upstream: UnsafePointer<Float>, _ transposedKernel: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    let (windows, filters) = (convolution.windows, convolution.filters)
    gradient.update(repeating: 0, count: images * windows.imageSize)
    Buffer.withScratch(windows.windowCount * windows.patchSize) { patches in
      for image in 0..<images {
        var product = qat_matrix_product(
          rows: windows.windowCount, depth: filters, columns: windows.patchSize,
          left: qat_factor(
            values: upstream + image * convolution.resultSize, row_size: filters, transposed: false),
          right: qat_factor(values: transposedKernel, row_size: windows.patchSize, transposed: false),
          bias: nil, result: patches, result_row_size: windows.patchSize, accumulates: false)
        qat_matmul(&product)
        qat_scatter_patches(windows.geometry, patches, gradient + image * windows.imageSize)
      }
    }
  }
}

/// The backward pass from images and the gradients of results to the gradients of the kernel and the bias.
///
/// Each shard has its own sums, which are added in the order of the shards.
struct KernelGradientPass {
  private enum Form {
    case depthwise(DepthwiseConvolution)
    case winograd(WinogradKernelGradient)
    case compiled(CompiledConvolution)
    case loop
    case product
  }

  private let convolution: Convolution
  private let image: Buffer
  private let form: Form
  private let partials: Buffer
  /// The numbers of floats of a shard's sums: those for the kernel, then those for the bias.
  private let (kernelCount, biasCount): (Int, Int)

  private var size: Int { kernelCount + biasCount }

  init(_ convolution: Convolution, image: Buffer, withBias: Bool) {
    (self.convolution, self.image) = (convolution, image)
    if let depthwise = convolution.depthwise {
      (form, kernelCount) = (.depthwise(depthwise), convolution.kernelSize)
    } else if let winograd = WinogradKernelGradient(convolution) {
      (form, kernelCount) = (.winograd(winograd), winograd.sumCount)
    } else if convolution.hasFewChannels {
      (form, kernelCount) = (.loop, convolution.kernelSize)
    } else if let compiled = convolution.compiled(
      qat_convolution_kernel_gradient, bias: withBias, kernel: nil)
    {
      (form, kernelCount) = (.compiled(compiled), compiled.packedCount ?? convolution.kernelSize)
    } else {
      (form, kernelCount) = (.product, convolution.kernelSize)
    }
    biasCount = withBias ? convolution.filters : 0
    partials = Buffer(count: convolution.shards * (kernelCount + biasCount))
    convolution.backend.forEachThread(of: partials.count, work: partials.count) { [partials] range in
      (partials.pointer + range.lowerBound).update(repeating: 0, count: range.count)
    }
  }

  /// Adds the gradients over a group of the batch's images to the sums of its shard.
  func run(_ images: Range<Int>, upstream: UnsafeMutablePointer<Float>, shard: Int) {
    let (windows, filters) = (convolution.windows, convolution.filters)
    let source = image.pointer + images.lowerBound * windows.imageSize
    let kernel = partials.pointer + shard * size
    switch form {
    case .compiled(let compiled):
      return compiled.addKernelGradient(
        images.count, image: source, upstream: upstream, to: kernel, convolution.kernelSize,
        biasSize: biasCount)
    case .depthwise(let depthwise):
      depthwise.addKernelGradient(images.count, from: source, upstream: upstream, to: kernel)
    case .winograd(let winograd): winograd.add(images.count, source, upstream, to: kernel)
    case .product: multiply(images.count, source, upstream, kernel)
    case .loop:
      Buffer.withScratch(qat_padded_size(windows.geometry)) { padded in
        for image in 0..<images.count {
          qat_pad_image(windows.geometry, source + image * windows.imageSize, padded)
          qat_direct_kernel_gradient(
            windows.geometry, filters, padded, upstream + image * convolution.resultSize, kernel)
        }
      }
    }
    if biasCount > 0 { addSums(images.count, upstream, to: kernel + kernelCount) }
  }

  /// The sums of all shards.
  func gradients() -> (kernel: Buffer, bias: Buffer?) {
    let sums = partials.pointer
    convolution.backend.forEachThread(of: size, work: partials.count) { range in
      let first = sums + range.lowerBound
      for shard in 1..<convolution.shards { qat_accumulate(first, first + shard * size, range.count) }
    }
    let kernel = Buffer(count: convolution.kernelSize)
    switch form {
    case .winograd(let winograd): winograd.finish(sums, into: kernel.pointer)
    case .compiled(let compiled) where compiled.packedCount != nil:
      compiled.unpack(sums, into: kernel.pointer)
    case .depthwise, .compiled, .loop, .product: kernel.pointer.update(from: sums, count: kernelCount)
    }
    guard biasCount > 0 else { return (kernel, nil) }
    let bias = Buffer(count: biasCount)
    bias.pointer.update(from: sums + kernelCount, count: biasCount)
    return (kernel, bias)
  }

  private func multiply(
    _ images: Int, _ source: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
    _ gradient: UnsafeMutablePointer<Float>
  ) {
    let (windows, filters) = (convolution.windows, convolution.filters)
    Buffer.withScratch(windows.windowCount * windows.patchSize) { patches in
      for image in 0..<images {
        qat_gather_patches(windows.geometry, source + image * windows.imageSize, patches)
        var product = qat_matrix_product(
          rows: windows.patchSize, depth: windows.windowCount, columns: filters,
          left: qat_factor(values: patches, row_size: windows.patchSize, transposed: true),
          right: qat_factor(
            values: upstream + image * convolution.resultSize, row_size: filters, transposed: false),
          bias: nil, result: gradient, result_row_size: filters, accumulates: true)
        qat_matmul(&product)
      }
    }
  }

  /// Adds the sum of each filter's upstream gradients over all positions.
  private func addSums(
    _ images: Int, _ upstream: UnsafePointer<Float>, to sums: UnsafeMutablePointer<Float>
  ) {
    let filters = convolution.filters
    withUnsafeTemporaryAllocation(of: Double.self, capacity: filters) { totals in
      totals.initialize(repeating: 0)
      qat_sum_rows(upstream, 0, images * convolution.windows.windowCount, filters, totals.baseAddress)
      for filter in 0..<filters { sums[filter] += Float(totals[filter]) }
    }
  }
}
