import PNGFiles
import Support

extension Chart {
  /// The figure as a PNG, with `scale` pixels to a point; the same chart gives the same bytes.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  public func png(
    provenance: Provenance = Provenance(), scale: Double = 2, style: FigureStyle = FigureStyle()
  ) throws(ChartError) -> [UInt8] {
    try provenance.checkText()
    let (scene, zoom) = try scene(in: style)
    return try scene.png(scale: scale * zoom, dotsPerPoint: scale, texts: provenance.texts)
  }

  /// The figure as SVG, with text as outlines, and with the provenance as title, description and metadata.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  public func svg(
    provenance: Provenance = Provenance(), style: FigureStyle = FigureStyle()
  ) throws(ChartError) -> String {
    try provenance.checkText()
    let (scene, zoom) = try scene(in: style)
    let bytes = try CairoDrawing.document(.svg, of: scene, zoom: zoom, provenance: provenance)
    return SVGText.finished(String(decoding: bytes, as: UTF8.self), provenance: provenance)
  }

  /// The figure as PDF, with the provenance as metadata and a fixed creation date.
  ///
  /// The provenance also stands in a comment behind the document, where it can be read whatever Cairo packs.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  public func pdf(
    provenance: Provenance = Provenance(), style: FigureStyle = FigureStyle()
  ) throws(ChartError) -> [UInt8] {
    try provenance.checkText()
    let (scene, zoom) = try scene(in: style)
    let bytes = try CairoDrawing.document(.pdf, of: scene, zoom: zoom, provenance: provenance)
    return bytes + (provenance.origin.map { Array("\(Provenance.pdfComment)\($0)\n".utf8) } ?? [])
  }

  /// Writes the figure as a PNG, atomically; the folder must exist.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn or the file cannot be written.
  public func write(
    png path: String, provenance: Provenance = Provenance(), scale: Double = 2
  ) throws(ChartError) {
    let bytes = try png(provenance: provenance, scale: scale)
    do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }
}

extension Chart {
  /// The layout with the text widths that Cairo draws.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  package func layout() throws(ChartError) -> ChartLayout { try layout(measurer: .cairo) }

  /// Whether a PNG of two pixels to a point would have no side that is too long.
  package var fitsPNG: Bool {
    guard let size = try? layout().size else { return false }
    return 2 * max(size.width, size.height) <= Double(CairoDrawing.longestSide)
  }
}

extension Scene {
  /// The scene as a PNG, with `scale` pixels to a point of the scene, and `dotsPerPoint` to one of paper.
  ///
  /// - Throws: ``ChartError`` if the scale is out of bounds, or Cairo or libpng reports an error.
  package func png(
    scale: Double, dotsPerPoint: Double? = nil, texts: [PNGText] = []
  ) throws(ChartError) -> [UInt8] {
    guard scale > 0, scale <= 8 else {
      throw .invalid(
        mark: "chart", what: "a scale of \(scale) pixels to a point: take more than 0 and up to 8")
    }
    let (rgb, width, height) = try CairoDrawing.pixels(of: self, scale: scale)
    // 72 points are an inch of 0.0254 m.
    let pixelsPerMeter = Int(((dotsPerPoint ?? scale) * 72 / 0.0254).rounded())
    do throws(PNGError) {
      return try PNGEncoder.encode(
        rgb: rgb, width: width, height: height, pixelsPerMeter: pixelsPerMeter, texts: texts)
    } catch {
      throw .drawing(error.description)
    }
  }

  /// The scene without text, which looks the same with any font.
  package func withoutText() -> Scene {
    var scene = self
    scene.items.removeAll { item in
      if case .text = item.shape { return true }
      return false
    }
    return scene
  }
}
