import CKernels

/// A convolution by oneDNN: a plan for each size of shard, and the kernel in the plan's layout.
struct CompiledConvolution {
  private struct Part {
    let images: Int
    let plan: OpaquePointer
    let packed: Buffer?
  }

  /// One part, or two where the shards differ by an image.
  private var parts: [Part] = []

  /// Nil if oneDNN has no such convolution: then the portable twin runs.
  init?(
    _ windows: Windows, filters: Int, _ direction: qat_convolution_direction, bias: Bool, kernel: Buffer?
  ) {
    let shards = min(Backend.shards, windows.batch)
    let smallest = windows.batch / shards
    for images in windows.batch % shards == 0 ? [smallest] : [smallest, smallest + 1] {
      let shape = Self.shape(windows, images, filters, direction, bias)
      guard let plan = qat_onednn_convolution(shape) else { return nil }
      var packed: Buffer?
      if let kernel {
        let place = Buffer(count: qat_onednn_packed_count(plan))
        guard qat_onednn_pack(plan, kernel.pointer, place.pointer) == 1 else { return nil }
        packed = place
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

  /// Runs the forward pass or the gradient of the images on one shard.
  func run(
    _ images: Int, image: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?,
    result: UnsafeMutablePointer<Float>
  ) {
    for part in parts where part.images == images {
      precondition(qat_onednn_run(part.plan, image, part.packed?.pointer, bias, result) == 1)
    }
  }

  /// Runs the gradient of the kernel on one shard, and gives it in HWIO order.
  func runKernelGradient(
    _ images: Int, image: UnsafeMutablePointer<Float>, upstream: UnsafeMutablePointer<Float>,
    kernel: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?
  ) {
    for part in parts where part.images == images {
      Buffer.withScratch(qat_onednn_packed_count(part.plan)) { packed in
        precondition(qat_onednn_run(part.plan, image, packed, bias, upstream) == 1)
        precondition(qat_onednn_unpack(part.plan, packed, kernel) == 1)
      }
    }
  }
}
