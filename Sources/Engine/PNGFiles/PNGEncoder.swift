import CPNGShim
import Platform

/// Pixels to PNG bytes, as few as libpng makes of them without visible loss.
package enum PNGEncoder {
  /// By how much of 255 the shades of antialiased edges may move: nothing if possible, else least first.
  private static let tolerances = [0, 4, 8, 12]

  /// Encodes RGB pixels, 3 bytes each; with a palette if 256 colours do for them.
  ///
  /// - Throws: `PNGError.notEncoded` with libpng's reason.
  package static func encode(
    rgb: [UInt8], width: Int, height: Int, pixelsPerMeter: Int, texts: [PNGText]
  ) throws(PNGError) -> [UInt8] {
    for tolerance in tolerances {
      guard let reduced = ColorReduction(rgb, tolerance: tolerance) else { continue }
      return try encode(
        reduced.pixels, palette: reduced.palette, width, height, adaptive: false, pixelsPerMeter, texts)
    }
    return try encode(rgb, palette: [], width, height, adaptive: true, pixelsPerMeter, texts)
  }

  /// The RGB pixels, 3 bytes each, of a picture in memory with 32 bits a pixel, `0x00RRGGBB` in the machine's order.
  package static func rgb(
    _ picture: UnsafeRawPointer, bytesPerRow: Int, width: Int, height: Int
  ) -> [UInt8] {
    var rgb = [UInt8](repeating: 0, count: 3 * width * height)
    for y in 0..<height {
      let row = picture + y * bytesPerRow
      for x in 0..<width {
        let pixel = row.load(fromByteOffset: 4 * x, as: UInt32.self)
        let offset = 3 * (y * width + x)
        rgb[offset] = UInt8(truncatingIfNeeded: pixel >> 16)
        rgb[offset + 1] = UInt8(truncatingIfNeeded: pixel >> 8)
        rgb[offset + 2] = UInt8(truncatingIfNeeded: pixel)
      }
    }
    return rgb
  }

  private static func encode(
    _ pixels: [UInt8], palette: [UInt8], _ width: Int, _ height: Int, adaptive: Bool,
    _ pixelsPerMeter: Int, _ texts: [PNGText]
  ) throws(PNGError) -> [UInt8] {
    var out = qat_png_bytes()
    defer { free(out.data) }
    var message = [CChar](repeating: 0, count: Int(QAT_PNG_MESSAGE_SIZE))
    let strings = texts.map { qat_png_text(key: strdup($0.key), text: strdup($0.text)) }
    defer {
      strings.forEach { text in
        free(text.key); free(text.text)
      }
    }
    let failed = pixels.withUnsafeBufferPointer { pixels in
      palette.withUnsafeBufferPointer { palette in
        strings.withUnsafeBufferPointer { strings in
          var source = qat_png_source(
            pixels: pixels.baseAddress, width: UInt32(width), height: UInt32(height),
            palette: palette.baseAddress, palette_size: Int32(palette.count / 3), adaptive: adaptive ? 1 : 0,
            pixels_per_meter: UInt32(pixelsPerMeter), texts: strings.baseAddress,
            text_count: Int32(strings.count))
          return qat_png_encode(&source, &out, &message) != 0
        }
      }
    }
    if failed { throw .notEncoded(PNGImage.string(message)) }
    return Array(UnsafeBufferPointer(start: out.data, count: out.size))
  }
}
