/// An image in at most 256 colours, when that changes nothing that can be seen.
///
/// Flat areas keep their exact colours. The shades along antialiased edges may move to a neighbouring shade,
/// by at most `tolerance` of 255 in each channel: a figure then takes about half the bytes.
struct ColorReduction {
  /// One index into the palette for each pixel.
  var pixels: [UInt8]
  /// Three bytes a colour, the most frequent first.
  var palette: [UInt8]

  /// A colour that so many pixels have is a flat area, not an edge.
  private static let flat = 64

  /// The image in few colours, or `nil` if that takes more than `tolerance`.
  init?(_ rgb: [UInt8], tolerance: Int) {
    let counts = Self.counts(rgb)
    // Most frequent first, equal ones by value: the same image always gives the same palette.
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

  /// The largest difference of a channel.
  private static func distance(_ a: UInt32, _ b: UInt32) -> Int {
    let red = abs(Int(a >> 16) - Int(b >> 16))
    let green = abs(Int(a >> 8 & 255) - Int(b >> 8 & 255))
    let blue = abs(Int(a & 255) - Int(b & 255))
    return max(red, green, blue)
  }
}
