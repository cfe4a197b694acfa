import CKernels

/// A convolution by oneDNN: a plan for each size of group, and the kernel in the plan's layout.
struct CompiledConvolution {
  private struct Part {
    let images: Int
    let plan: OpaquePointer
    let packed: Buffer?
  }

  private var parts: [Part] = []

  /// Nil if oneDNN has no such convolution: then the portable twin runs.
  init?(
    _ windows: Windows, filters: Int, groups: [Int], _ direction: qat_convolution_direction, bias: Bool,
    kernel: Buffer?
  ) {
    for images in groups {
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

  /// Runs the forward pass or the gradient of the images on one group.
  func run(
    _ images: Int, image: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?,
    result: UnsafeMutablePointer<Float>
  ) {
    for part in parts where part.images == images {
      precondition(qat_onednn_run(part.plan, image, part.packed?.pointer, bias, result) == 1)
    }
  }

  /// The number of floats of the kernel's gradient in oneDNN's own layout, if that is one for all groups.
  var packedCount: Int? { parts.count == 1 ? qat_onednn_packed_count(parts[0].plan) : nil }

  /// Adds the gradients of the kernel and of the bias over one group.
  ///
  /// `sums` holds the kernel's and then the bias's: the kernel's in oneDNN's layout if that is one for all
  /// groups, else in HWIO order, of `kernelSize` floats.
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

  /// Puts the kernel's gradient from oneDNN's own layout into HWIO order.
  func unpack(_ packed: UnsafePointer<Float>, into kernel: UnsafeMutablePointer<Float>) {
    precondition(qat_onednn_unpack(parts[0].plan, packed, kernel) == 1)
  }
}
