import CKernels

/// A convolution in Winograd's form: the results or, with the kernel turned, the gradients of images.
struct WinogradConvolution {
  private let form: WinogradForm
  private let packed: Buffer
  private let bias: Buffer?

  /// The results of a convolution; nil if they are computed in another form.
  init?(_ convolution: Convolution, kernel: Buffer, bias: Buffer?) {
    guard let form = WinogradForm(convolution) else { return nil }
    self.init(form, kernel, bias, on: convolution.backend)
  }

  /// The gradients of a convolution's images; nil if they are computed in another form.
  ///
  /// They are a convolution of the results' gradients by the kernel turned by 180°, with a filter for each channel.
  init?(gradientOf convolution: Convolution, kernel: Buffer) {
    let (channels, filters) = (convolution.windows.geometry.channels, convolution.filters)
    let transposed = Convolution(
      windows: convolution.windows.transposed(channels: filters), filters: channels,
      backend: convolution.backend)
    guard let form = WinogradForm(transposed) else { return nil }
    let turned = Buffer(count: convolution.kernelSize)
    let size = channels * filters
    for tap in 0..<9 {
      qat_transpose(kernel.pointer + tap * size, turned.pointer + (8 - tap) * size, channels, filters)
    }
    self.init(form, turned, nil, on: convolution.backend)
  }

  private init(_ form: WinogradForm, _ kernel: Buffer, _ bias: Buffer?, on backend: Backend) {
    (self.form, self.bias) = (form, bias)
    packed = form.withDescription { convolution in
      let packed = Buffer(count: qat_winograd_training_size(convolution))
      packed.pointer.update(repeating: 0, count: packed.count)
      backend.forEachThread(of: convolution.pointee.windows.channels, work: packed.count) { channels in
        qat_pack_winograd_training(
          convolution, channels.lowerBound, channels.upperBound, kernel.pointer, packed.pointer)
      }
      return packed
    }
  }

  /// Convolves some images into `target`, one result after the other.
  func run(
    _ images: Int, from source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    form.withScratch { convolution, scratch in
      qat_convolve_winograd_training(
        convolution, images, source, packed.pointer, bias?.pointer, scratch, target)
    }
  }
}

/// The gradient of a kernel in Winograd's form: sums over the tiles of all images, which become the gradient in the end.
struct WinogradKernelGradient {
  private let form: WinogradForm
  private let backend: Backend
  /// The number of sums.
  let sumCount: Int

  /// Nil if the gradient is computed in another form.
  init?(_ convolution: Convolution) {
    guard let form = WinogradForm(convolution) else { return nil }
    (self.form, backend) = (form, convolution.backend)
    sumCount = form.withDescription(qat_winograd_sums)
  }

  /// Adds the products of some images and the gradients of their results.
  func add(
    _ images: Int, _ source: UnsafePointer<Float>, _ upstream: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    form.withScratch { convolution, scratch in
      qat_add_winograd_products(convolution, images, source, upstream, scratch, sums)
    }
  }

  /// Turns sums into the gradient.
  func finish(_ sums: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>) {
    form.withDescription { convolution in
      backend.forEachThread(of: convolution.pointee.windows.channels, work: sumCount) { channels in
        qat_winograd_kernel_gradient(convolution, channels.lowerBound, channels.upperBound, sums, gradient)
      }
    }
  }
}

/// What a convolution in Winograd's form and its gradients have in common.
private struct WinogradForm {
  /// With fewer channels or filters, the transforms take longer than the products that are saved.
  private static let fewest = 16
  /// With more pairs of a channel and a filter, the sums for the kernel's gradient take more than 75 MB: 36 floats a pair
  /// in each shard.
  private static let mostPairs = 1 << 16

  private let convolution: qat_packed_convolution

  /// Nil if the form does not fit, or if the backend does not ask for it.
  init?(_ convolution: Convolution) {
    let (g, filters) = (convolution.windows.geometry, convolution.filters)
    let lanes = convolution.backend.lanes ?? InferenceConvolution.mostLanes
    guard convolution.backend.convolutions == .winograd, lanes > 0, g.window_height == 3, g.window_width == 3,
      g.stride_height == 1, g.stride_width == 1, Swift.min(g.channels, filters) >= Self.fewest,
      g.channels * filters <= Self.mostPairs
    else { return nil }
    self.convolution = qat_packed_convolution(
      windows: g, filters: filters, lanes: lanes, pool: 1, lowest: -.infinity, highest: .infinity)
  }

  func withDescription<Result>(_ body: (UnsafePointer<qat_packed_convolution>) -> Result) -> Result {
    withUnsafePointer(to: convolution, body)
  }

  /// Calls `body` with the description and working memory.
  func withScratch(
    _ body: (UnsafePointer<qat_packed_convolution>, _ scratch: UnsafeMutablePointer<Float>) -> Void
  ) {
    withDescription { convolution in
      Buffer.withScratch(qat_winograd_training_scratch(convolution)) { body(convolution, $0) }
    }
  }
}
