import CPNGShim
import Platform

/// An encoder of pixels as PNG, in as few bytes as libpng can do without visible loss.
package enum PNGEncoder {
  /// The differences, of 255, that the shades of antialiased edges may take, in the order in which they are tried.
  private static let tolerances = [0, 4, 8, 12]

  /// Encodes RGB pixels, with a palette where 256 colours suffice.
  ///
  /// - Parameters:
  ///   - rgb: The pixels, 3 bytes each, row by row from the top.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  ///   - pixelsPerMeter: The resolution on paper; 0 leaves it unknown.
  ///   - texts: The texts of the file, in this order.
  /// - Returns: The bytes of the PNG.
  /// - Throws: ``PNGError/notEncoded(_:)`` with libpng's reason.
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

  /// Converts a picture in memory with 32 bits a pixel to RGB pixels.
  ///
  /// - Parameters:
  ///   - picture: The first row; a pixel is `0x00RRGGBB` in the machine's byte order.
  ///   - bytesPerRow: The distance between the beginnings of two rows.
  ///   - width: The width in pixels.
  ///   - height: The height in pixels.
  /// - Returns: The RGB pixels, 3 bytes each, row by row from the top.
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

/// An image reduced to at most 256 colours without a visible change.
///
/// Flat areas keep their exact colours. The shades along antialiased edges may change to a neighbouring shade, by at
/// most `tolerance` of 255 in each channel: a figure then takes about half the bytes.
private struct ColorReduction {
  /// For each pixel, an index into the palette.
  var pixels: [UInt8]
  /// Three bytes a colour, the most frequent first.
  var palette: [UInt8]

  /// The number of pixels from which a colour counts as a flat area, not as an edge.
  private static let flat = 64

  /// Reduces RGB pixels, or gives nil if that takes more than `tolerance`.
  init?(_ rgb: [UInt8], tolerance: Int) {
    let counts = Self.counts(rgb)
    // Most frequent first, ties by value: the same image always gives the same palette.
    let colors = counts.keys.sorted {
      let (a, b) = (counts[$0] ?? 0, counts[$1] ?? 0)
      return a == b ? $0 < $1 : a > b
    }
    var chosen: [UInt32] = []
    var index: [UInt32: UInt8] = [:]
    for color in colors {
      let near =
        (counts[color] ?? 0) >= Self.flat
        ? nil : chosen.firstIndex { Self.distance($0, color) <= tolerance }
      if let near {
        index[color] = UInt8(near)
      } else {
        guard chosen.count < 256 else { return nil }
        index[color] = UInt8(chosen.count)
        chosen.append(color)
      }
    }
    palette = chosen.flatMap { [UInt8($0 >> 16), UInt8($0 >> 8 & 255), UInt8($0 & 255)] }
    pixels = Self.map(rgb, index)
  }

  private static func counts(_ rgb: [UInt8]) -> [UInt32: Int] {
    var counts: [UInt32: Int] = [:]
    var (last, run) = (UInt32.max, 0)
    for offset in stride(from: 0, to: rgb.count, by: 3) {
      let color = color(rgb, offset)
      if color != last {
        if run > 0 { counts[last, default: 0] += run }
        (last, run) = (color, 0)
      }
      run += 1
    }
    if run > 0 { counts[last, default: 0] += run }
    return counts
  }

  private static func map(_ rgb: [UInt8], _ index: [UInt32: UInt8]) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(rgb.count / 3)
    var (last, found) = (UInt32.max, UInt8(0))
    for offset in stride(from: 0, to: rgb.count, by: 3) {
      let color = color(rgb, offset)
      if color != last { (last, found) = (color, index[color] ?? 0) }
      pixels.append(found)
    }
    return pixels
  }

  private static func color(_ rgb: [UInt8], _ offset: Int) -> UInt32 {
    UInt32(rgb[offset]) << 16 | UInt32(rgb[offset + 1]) << 8 | UInt32(rgb[offset + 2])
  }

  /// The largest difference in a channel.
  private static func distance(_ a: UInt32, _ b: UInt32) -> Int {
    let red = abs(Int(a >> 16) - Int(b >> 16))
    let green = abs(Int(a >> 8 & 255) - Int(b >> 8 & 255))
    let blue = abs(Int(a & 255) - Int(b & 255))
    return max(red, green, blue)
  }
}
