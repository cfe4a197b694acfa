import CPNG

/// Pixels to PNG bytes, as few as libpng makes of them without loss.
package enum PNGEncoder {
  /// Encodes RGB pixels, 3 bytes each; with a palette when they have no more than 256 colours.
  ///
  /// - Throws: `ChartError.drawing` with libpng's reason.
  package static func encode(
    rgb: [UInt8], width: Int, height: Int, pixelsPerMeter: Int, texts: [PNGText]
  ) throws(ChartError) -> [UInt8] {
    let indexed = indexed(rgb)
    var best: [UInt8]?
    // Drawings repeat exactly, so unfiltered rows often compress best; photographs and ramps do not.
    for adaptive in indexed == nil ? [false, true] : [false] {
      let bytes = try encode(
        indexed?.pixels ?? rgb, palette: indexed?.palette ?? [], width, height, adaptive, pixelsPerMeter,
        texts)
      if bytes.count < best?.count ?? .max { best = bytes }
    }
    return best ?? []
  }

  private static func encode(
    _ pixels: [UInt8], palette: [UInt8], _ width: Int, _ height: Int, _ adaptive: Bool,
    _ pixelsPerMeter: Int, _ texts: [PNGText]
  ) throws(ChartError) -> [UInt8] {
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
    if failed { throw .drawing("libpng: " + PNGImage.string(message)) }
    return Array(UnsafeBufferPointer(start: out.data, count: out.size))
  }

  /// The pixels as indices into a palette in order of first appearance; `nil` for more than 256 colours.
  private static func indexed(_ rgb: [UInt8]) -> (pixels: [UInt8], palette: [UInt8])? {
    var index: [UInt32: UInt8] = [:]
    var (pixels, palette) = ([UInt8](), [UInt8]())
    pixels.reserveCapacity(rgb.count / 3)
    var (lastColor, lastIndex) = (UInt32.max, UInt8(0))
    for offset in stride(from: 0, to: rgb.count, by: 3) {
      let color = UInt32(rgb[offset]) << 16 | UInt32(rgb[offset + 1]) << 8 | UInt32(rgb[offset + 2])
      if color != lastColor {
        if let known = index[color] {
          lastIndex = known
        } else {
          guard index.count < 256 else { return nil }
          lastIndex = UInt8(index.count)
          index[color] = lastIndex
          palette += rgb[offset..<offset + 3]
        }
        lastColor = color
      }
      pixels.append(lastIndex)
    }
    return (pixels, palette)
  }
}
