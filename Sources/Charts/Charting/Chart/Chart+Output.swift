import Support

extension Chart {
  /// The figure as a PNG, `scale` pixels to a point: the same chart gives the same bytes.
  ///
  /// - Throws: `ChartError` if the data cannot be drawn.
  public func png(provenance: Provenance = Provenance(), scale: Double = 2) throws(ChartError) -> [UInt8] {
    try scene().png(scale: scale, texts: provenance.texts)
  }

  /// The figure as SVG, its text as outlines, with the provenance's title and description.
  ///
  /// - Throws: `ChartError` if the data cannot be drawn.
  public func svg(provenance: Provenance = Provenance()) throws(ChartError) -> String {
    let bytes = try CairoDrawing.document(.svg, of: scene(), provenance: provenance)
    return SVGText.finished(String(decoding: bytes, as: UTF8.self), provenance: provenance)
  }

  /// The figure as PDF, with a fixed creation date.
  ///
  /// - Throws: `ChartError` if the data cannot be drawn.
  public func pdf(provenance: Provenance = Provenance()) throws(ChartError) -> [UInt8] {
    try CairoDrawing.document(.pdf, of: scene(), provenance: provenance)
  }

  /// Writes the figure as a PNG, whole or not at all; the folder must exist.
  ///
  /// - Throws: `ChartError` if the data cannot be drawn or the file cannot be written.
  public func write(
    png path: String, provenance: Provenance = Provenance(), scale: Double = 2
  ) throws(ChartError) {
    let bytes = try png(provenance: provenance, scale: scale)
    do throws(FileError) { try AtomicFile.write(bytes, to: path) } catch { throw .file(error) }
  }
}
