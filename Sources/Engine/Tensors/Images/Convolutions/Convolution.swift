import CKernels

/// A convolution of a batch, computed for one group of images after the other, so that each pass finds its input in
/// the cache.
///
/// Each of its three computations has up to five forms. A depthwise convolution has loops of its own.
/// Images of few channels take a direct loop, with either family
/// of kernels: `hasFewChannels`. The others are compiled by oneDNN or, with the portable kernels, are matrix products; where
/// the backend asks for it and it fits, they are in Winograd's form.
struct Convolution {
  let windows: Windows
  let filters: Int
  /// The kernels of each channel of a depthwise convolution; nil for others, whose filters see all channels.
  var multiplier: Int?
  let backend: Backend

  var kernelSize: Int { windows.patchSize * (multiplier ?? filters) }
  /// The number of floats in the result of one image.
  var resultSize: Int { windows.windowCount * filters }
  /// The number of shards of the batch.
  var shards: Int { Swift.min(Backend.shards, windows.batch) }
  /// The cost of the whole batch, in elements touched.
  var work: Int { windows.batch * windows.windowCount * kernelSize / Backend.multiplyAddsPerElement }

  /// Whether there are so few channels that vectors run along the filters.
  var hasFewChannels: Bool { multiplier == nil && windows.geometry.channels <= 4 }

  /// The depthwise convolution, if it is one.
  var depthwise: DepthwiseConvolution? {
    multiplier.map { DepthwiseConvolution(windows: windows, multiplier: $0) }
  }

  /// The number of images in a group, whose values fit a core's cache: a power of two, at most a shard.
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

  /// Calls `body` with each group of a shard's images; all but the last have the same size.
  func forEachGroup(of images: Range<Int>, _ body: (Range<Int>) -> Void) {
    let size = groupSize
    var first = images.lowerBound
    while first < images.upperBound {
      let last = Swift.min(first + size, images.upperBound)
      body(first..<last)
      first = last
    }
  }

  /// All sizes of groups in all shards.
  var groupSizes: [Int] {
    let smallest = windows.batch / shards
    let largest = (windows.batch + shards - 1) / shards
    return Set([groupSize, smallest % groupSize, largest % groupSize]).filter { $0 > 0 }.sorted()
  }

  /// The convolution of the batch, plus the bias.
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

  /// The computation compiled by oneDNN, for groups of given sizes or of all in the batch; nil if another form is used.
  func compiled(
    _ direction: qat_convolution_direction, bias: Bool, kernel: Buffer?, groups: [Int]? = nil
  ) -> CompiledConvolution? {
    guard backend.kernels == .oneDNN else { return nil }
    return CompiledConvolution(
      windows, filters: filters, groups: groups ?? groupSizes, direction, bias: bias, kernel: kernel)
  }
}

/// A convolution by oneDNN: for each size of group, a plan and the kernel in the plan's layout.
struct CompiledConvolution {
  private struct Part {
    let images: Int
    let plan: OpaquePointer
    let packed: Buffer?
  }

  private var parts: [Part] = []

  /// Nil if oneDNN has no such convolution; the portable form runs instead.
  init?(
    _ windows: Windows, filters: Int, groups: [Int], _ direction: qat_convolution_direction, bias: Bool,
    kernel: Buffer?
  ) {
    for images in groups {
      let shape = Self.shape(windows, images, filters, direction, bias)
      guard let plan = qat_onednn_convolution(shape) else { return nil }
      var packed: Buffer?
      if let kernel {
        let buffer = Buffer(count: qat_onednn_packed_count(plan))
        guard qat_onednn_pack(plan, kernel.pointer, buffer.pointer) == 1 else { return nil }
        packed = buffer
      }
      parts.append(Part(images: images, plan: plan, packed: packed))
    }
  }

  private static func shape(
    _ windows: Windows, _ images: Int, _ filters: Int, _ direction: qat_convolution_direction, _ bias: Bool
  ) -> qat_convolution_shape {
    let g = windows.geometry
    return qat_convolution_shape(
      direction: Int(direction.rawValue), batch: images, height: g.height, width: g.width,
      channels: g.channels, kernel_height: g.window_height, kernel_width: g.window_width, filters: filters,
      out_height: g.out_height, out_width: g.out_width, stride_height: g.stride_height,
      stride_width: g.stride_width, pad_top: g.pad_top, pad_left: g.pad_left,
      pad_bottom: (g.out_height - 1) * g.stride_height + g.window_height - g.height - g.pad_top,
      pad_right: (g.out_width - 1) * g.stride_width + g.window_width - g.width - g.pad_left,
      has_bias: bias ? 1 : 0)
  }

  /// Runs the forward pass or the gradient of the images on one group.
  func run(
    _ images: Int, image: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?,
    result: UnsafeMutablePointer<Float>
  ) {
    for part in parts where part.images == images {
      precondition(qat_onednn_run(part.plan, image, part.packed?.pointer, bias, result) == 1)
    }
  }

  /// The number of floats of the kernel's gradient in oneDNN's layout, if all groups have the same layout.
  var packedCount: Int? { parts.count == 1 ? qat_onednn_packed_count(parts[0].plan) : nil }

  /// Adds the gradients of the kernel and of the bias over one group.
  ///
  /// - Parameters:
  ///   - images: The number of images in the group.
  ///   - image: The images.
  ///   - upstream: The gradients of the images' results.
  ///   - sums: The kernel's gradient, in oneDNN's layout if all groups have the same, else in HWIO order; then the
  ///     bias's gradient.
  ///   - kernelSize: The number of floats of the kernel in HWIO order.
  ///   - biasSize: The number of floats of the bias; 0 without bias.
  func addKernelGradient(
    _ images: Int, image: UnsafeMutablePointer<Float>, upstream: UnsafeMutablePointer<Float>,
    to sums: UnsafeMutablePointer<Float>, _ kernelSize: Int, biasSize: Int
  ) {
    for part in parts where part.images == images {
      let packedSize = qat_onednn_packed_count(part.plan)
      let unpackedSize = parts.count == 1 ? 0 : kernelSize
      Buffer.withScratch(packedSize + biasSize + unpackedSize) { packed in
        let bias = biasSize == 0 ? nil : packed + packedSize
        precondition(qat_onednn_run(part.plan, image, packed, bias, upstream) == 1)
        if parts.count == 1 { return qat_accumulate(sums, packed, packedSize + biasSize) }
        let unpacked = packed + packedSize + biasSize
        precondition(qat_onednn_unpack(part.plan, packed, unpacked) == 1)
        qat_accumulate(sums, unpacked, kernelSize)
        if let bias { qat_accumulate(sums + kernelSize, bias, biasSize) }
      }
    }
  }

  /// Copies the kernel's gradient from oneDNN's layout into HWIO order.
  func unpack(_ packed: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>) {
    precondition(qat_onednn_unpack(parts[0].plan, packed, kernel) == 1)
  }
}
