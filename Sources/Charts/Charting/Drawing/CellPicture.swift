import CCairo

/// Cells of equal size as a picture, which an SVG or a PDF embeds whole.
///
/// As rectangles, the digits of one figure would be thousands of paths with seams between them.
struct CellPicture {
  /// The pixels of a cell in each direction: programs that smooth pictures blur only its edge.
  private static let pixelsPerCell = 8

  private let width: Int
  private let height: Int
  /// Cairo's pixels, with the components multiplied by the opacity.
  private let pixels: [UInt32]

  /// Makes a picture of cells, given row by row.
  init(_ paints: [Paint], columns: Int) {
    let (side, rows) = (Self.pixelsPerCell, paints.count / columns)
    (width, height) = (columns * side, rows * side)
    let cells = paints.map(\.premultiplied)
    pixels = (0..<height).flatMap { row in
      (0..<columns * side).map { cells[row / side * columns + $0 / side] }
    }
  }

  /// Draws the picture so that it fills a rectangle.
  func draw(in rect: Rect, of context: OpaquePointer?) {
    let surface = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    guard let data = cairo_image_surface_get_data(surface) else { return }
    let bytesPerRow = Int(cairo_image_surface_get_stride(surface))
    cairo_surface_flush(surface)
    pixels.withUnsafeBytes { source in
      for row in 0..<height {
        let line = UnsafeRawBufferPointer(rebasing: source[row * width * 4..<(row + 1) * width * 4])
        UnsafeMutableRawBufferPointer(start: data + row * bytesPerRow, count: width * 4).copyMemory(
          from: line)
      }
    }
    cairo_surface_mark_dirty(surface)
    cairo_save(context)
    cairo_translate(context, rect.x, rect.y)
    cairo_scale(context, rect.width / Double(width), rect.height / Double(height))
    cairo_set_source_surface(context, surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(context), CAIRO_FILTER_NEAREST)
    cairo_rectangle(context, 0, 0, Double(width), Double(height))
    cairo_fill(context)
    cairo_restore(context)
  }
}

extension Paint {
  /// 0xAARRGGBB, each component multiplied by the opacity.
  fileprivate var premultiplied: UInt32 {
    func byte(_ value: Double) -> UInt32 { UInt32((min(max(value, 0), 1) * 255).rounded()) }
    return byte(alpha) << 24 | byte(red * alpha) << 16 | byte(green * alpha) << 8 | byte(blue * alpha)
  }
}
