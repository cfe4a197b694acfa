import CKernels
import Support

/// What becomes of the sums of a convolution.
package struct ConvolutionEnding {
  /// Of each 2 × 2 neighbours only the largest is kept; sums that have no such neighbours are left out.
  package var isPooled = false
  /// Results are not below the first, and not above the second.
  var bounds = (lowest: -Float.infinity, highest: Float.infinity)

  /// The sums themselves.
  package static var sums: ConvolutionEnding { ConvolutionEnding() }

  /// Whether nothing becomes of them.
  var isNone: Bool { !isPooled && bounds == (-.infinity, .infinity) }

  /// max(x, 0), and not above a maximum if there is one.
  package static func relu(maximum: Float?) -> ConvolutionEnding {
    ConvolutionEnding(bounds: (0, maximum ?? .infinity))
  }
}

/// A convolution for inference, whose kernel is packed once for the vectors of this processor.
///
/// Its sums are fused multiply-adds in the order of the window's elements or, of many channels and filters under windows
/// of 3 × 3, Winograd's, so the bits are those of every processor that has them. Training takes oneDNN's convolutions,
/// whose gradients belong to them, or `WinogradConvolution`.
struct InferenceConvolution {
  /// The lanes of this processor's vectors; 0 if it has no fused multiply-adds.
  static var mostLanes: Int { qat_packed_lanes() }

  /// Whether convolutions of a backend are computed by this type.
  static func isUsed(by backend: Backend) -> Bool { backend.kernels == .oneDNN && mostLanes > 0 }

  private let windows: Windows
  private let backend: Backend
  private let convolution: qat_packed_convolution
  private let packed: Buffer
  /// Whether tiles of 2 × 2 sums are computed together.
  private let isWinograd: Bool

  /// Packs a kernel `[height, width, channels, filters]` with a number for each filter.
  ///
  /// - Parameters:
  ///   - windows: The windows.
  ///   - kernel: The kernel, whose threads are used.
  ///   - bias: A number for each filter.
  ///   - ending: What becomes of the sums.
  ///   - lanes: 8, or 16 if the processor has so many.
  ///   - winograd: Whether to take Winograd's form where it fits.
  init(
    _ windows: Windows, kernel: Tensor, bias: Tensor, ending: ConvolutionEnding, lanes: Int = mostLanes,
    winograd: Bool = true
  ) {
    require(
      0 < lanes && lanes <= Self.mostLanes, "InferenceConvolution: this processor has no \(lanes) lanes")
    (self.windows, backend) = (windows, kernel.backend)
    var convolution = qat_packed_convolution(
      windows: windows.geometry, filters: kernel.shape[3], lanes: lanes, pool: ending.isPooled ? 2 : 1,
      lowest: ending.bounds.lowest, highest: ending.bounds.highest)
    isWinograd = winograd && qat_winograd_fits(&convolution) != 0
    let pack = isWinograd ? qat_pack_winograd : qat_pack_convolution
    packed = Buffer(count: isWinograd ? qat_winograd_size(&convolution) : qat_packed_size(&convolution))
    pack(&convolution, kernel.buffer.pointer, bias.buffer.pointer, packed.pointer)
    self.convolution = convolution
  }

  /// Whether each window is a pixel, so that images are rows of pixels as they are.
  private var isPointwise: Bool {
    let g = windows.geometry
    return g.window_height == 1 && g.window_width == 1 && g.stride_height == 1 && g.stride_width == 1
      && convolution.pool == 1
  }

  /// Convolves some images into `target`, one result after the other; threads share an only image.
  func run(
    _ images: Int, from source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    let rows = windows.geometry.out_height / convolution.pool
    let rowSize = windows.geometry.out_width / convolution.pool * convolution.filters
    if isPointwise {
      runPixels(images * windows.windowCount, from: source, into: target)
    } else if images == 1 {
      // Whole rows of tiles; the last may have half of them.
      let together = isWinograd && convolution.pool == 1 ? 2 : 1
      backend.forEachThread(of: (rows + together - 1) / together, work: work(windows.windowCount)) { part in
        let part = part.lowerBound * together..<min(part.upperBound * together, rows)
        run(part, of: source, into: target + part.lowerBound * rowSize)
      }
    } else {
      for image in 0..<images {
        run(0..<rows, of: source + image * windows.imageSize, into: target + image * rows * rowSize)
      }
    }
  }

  /// The cost of some windows, in elements touched.
  private func work(_ windowCount: Int) -> Int {
    let multiplyAdds = windowCount * windows.patchSize * convolution.filters
    return (isWinograd ? multiplyAdds * 16 / 36 : multiplyAdds) / Backend.multiplyAddsPerElement
  }

  /// Computes some rows of a result, on a part of the image that is padded for them.
  private func run(
    _ rows: Range<Int>, of image: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>
  ) {
    var part = convolution
    part.windows.out_height = rows.count * part.pool
    part.windows.pad_top -= rows.lowerBound * part.pool * part.windows.stride_height
    let scratchSize = isWinograd ? qat_winograd_scratch(&part) : qat_packed_scratch(&part)
    let windows = isWinograd ? qat_winograd_windows(&part) : part.windows
    Buffer.withScratch(qat_padded_size(windows) + scratchSize) { memory in
      let padded = memory + scratchSize
      qat_pad_image(windows, image, padded)
      if isWinograd {
        qat_convolve_winograd(&part, padded, packed.pointer, rows.count * part.pool, memory, result)
      } else {
        qat_convolve_packed(&part, padded, packed.pointer, rows.count, 0, blocks, memory, result)
      }
    }
  }

  private var blocks: Int {
    var convolution = convolution
    return qat_packed_blocks(&convolution)
  }

  /// Computes a row of pixels; threads share the pixels, or the filters of a few.
  private func runPixels(
    _ count: Int, from source: UnsafeMutablePointer<Float>, into target: UnsafeMutablePointer<Float>
  ) {
    func run(_ pixels: Range<Int>, _ blocks: Range<Int>) {
      var part = convolution
      (part.windows.width, part.windows.out_width) = (pixels.count, pixels.count)
      qat_convolve_packed(
        &part, source + pixels.lowerBound * part.windows.channels, packed.pointer, 1, blocks.lowerBound,
        blocks.upperBound, nil, target + pixels.lowerBound * part.filters)
    }
    let blocks = blocks
    if count < Self.fewPixels {
      // Each weight is fetched for few products: that takes longer than these.
      let weights = windows.patchSize * convolution.filters
      backend.forEachThread(of: blocks, work: max(weights / 4, work(count))) { run(0..<count, $0) }
    } else {
      backend.forEachThread(of: count, work: work(count)) { run($0, 0..<blocks) }
    }
  }

  /// So few pixels share a weight that threads share the weights.
  private static let fewPixels = 16
}
