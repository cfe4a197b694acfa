import CCairo
import PNGFiles

/// Draws a scene with Cairo: as pixels, SVG or PDF.
enum CairoDrawing {
  /// The most pixels of a figure in a direction.
  static let longestSide = 16_384

  /// The pixels of a scene on white, 3 bytes each, `scale` pixels to a point.
  static func pixels(of scene: Scene, scale: Double) throws(ChartError) -> (rgb: [UInt8], Int, Int) {
    let width = Int((scene.size.width * scale).rounded(.up))
    let height = Int((scene.size.height * scale).rounded(.up))
    guard width > 0, height > 0, width <= longestSide, height <= longestSide else {
      throw .drawing(
        "\(width) × \(height) pixels; a figure may have 1 to \(longestSide) on a side: change its size")
    }
    let surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, Int32(width), Int32(height))
    defer { cairo_surface_destroy(surface) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_scale(context, scale, scale)
    CairoContext(context).draw(scene)
    cairo_surface_flush(surface)
    try check(cairo_status(context))
    guard let data = cairo_image_surface_get_data(surface) else {
      throw .drawing("Cairo gave no pixels")
    }
    let rgb = PNGEncoder.rgb(
      data, bytesPerRow: Int(cairo_image_surface_get_stride(surface)), width: width, height: height)
    return (rgb, width, height)
  }

  /// Throws Cairo's description of an error, if there was one.
  static func check(_ status: cairo_status_t) throws(ChartError) {
    guard status != CAIRO_STATUS_SUCCESS else { return }
    throw .drawing("Cairo: " + String(cString: cairo_status_to_string(status)))
  }

  /// A file format that Cairo writes itself.
  enum Document {
    case svg, pdf
  }

  /// The bytes of a scene as SVG or PDF, without a time stamp; `zoom` enlarges it.
  static func document(
    _ kind: Document, of scene: Scene, zoom: Double = 1, provenance: Provenance
  ) throws(ChartError) -> [UInt8] {
    let sink = ByteSink()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    let write: cairo_write_func_t = { closure, data, count in
      guard let closure, let data else { return CAIRO_STATUS_WRITE_ERROR }
      let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
      sink.bytes += UnsafeBufferPointer(start: data, count: Int(count))
      return CAIRO_STATUS_SUCCESS
    }
    let (width, height) = (scene.size.width * zoom, scene.size.height * zoom)
    let surface =
      switch kind {
      case .svg: cairo_svg_surface_create_for_stream(write, closure, width, height)
      case .pdf: cairo_pdf_surface_create_for_stream(write, closure, width, height)
      }
    defer { cairo_surface_destroy(surface) }
    if kind == .pdf { setMetadata(surface, provenance) }
    let context = cairo_create(surface)
    defer { cairo_destroy(context) }
    cairo_scale(context, zoom, zoom)
    CairoContext(context, embedsCells: true).draw(scene)
    cairo_show_page(context)
    cairo_surface_finish(surface)
    try check(cairo_status(context))
    try check(cairo_surface_status(surface))
    return withExtendedLifetime(sink) { sink.bytes }
  }

  private static func setMetadata(_ surface: OpaquePointer?, _ provenance: Provenance) {
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z")
    if let title = provenance.title {
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title)
    }
    if let description = provenance.description {
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, description)
    }
    if let origin = provenance.origin {
      cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_KEYWORDS, origin)
    }
  }

  private final class ByteSink {
    var bytes: [UInt8] = []
  }
}

/// Makes Cairo's SVG deterministic and accessible.
enum SVGText {
  /// The SVG with its ids renumbered from 1, and with the title and description of the figure.
  ///
  /// Cairo counts some ids over the life of the process, so that a second figure would differ from the first.
  static func finished(_ svg: String, provenance: Provenance) -> String {
    var numbers: [Substring: Int] = [:]
    let renumbered = svg.replacing(/(surface|source-|image|mask)([0-9]+)/) { match in
      let number = numbers[match.output.0] ?? numbers.count + 1
      numbers[match.output.0] = number
      return "\(match.output.1)\(number)"
    }
    let parts = [
      ("title", provenance.title), ("desc", provenance.description), ("metadata", provenance.origin),
    ]
    let texts = parts.compactMap { tag, text in text.map { "<\(tag)>\(escaped($0))</\(tag)>\n" } }.joined()
    guard !texts.isEmpty, let start = renumbered.firstRange(of: "<svg"),
      let end = renumbered[start.upperBound...].firstRange(of: ">\n")
    else { return renumbered }
    return renumbered[..<end.upperBound] + texts + renumbered[end.upperBound...]
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }
}
