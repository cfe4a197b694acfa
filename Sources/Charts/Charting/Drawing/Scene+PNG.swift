import PNGFiles

extension Scene {
  /// The scene as a PNG, `scale` pixels to a point.
  ///
  /// - Throws: `ChartError` if the scale is out of bounds, or Cairo or libpng refuses.
  package func png(scale: Double, texts: [PNGText] = []) throws(ChartError) -> [UInt8] {
    guard scale > 0, scale <= 8 else {
      throw .invalid(
        mark: "chart", what: "a scale of \(scale) pixels to a point: take more than 0 and up to 8")
    }
    let (rgb, width, height) = try CairoDrawing.pixels(of: self, scale: scale)
    // 72 points make an inch of 0.0254 m.
    let pixelsPerMeter = Int((scale * 72 / 0.0254).rounded())
    do throws(PNGError) {
      return try PNGEncoder.encode(
        rgb: rgb, width: width, height: height, pixelsPerMeter: pixelsPerMeter, texts: texts)
    } catch {
      throw .drawing(error.description)
    }
  }

  /// The scene without its text: what looks the same with any font.
  package func withoutText() -> Scene {
    var scene = self
    scene.items.removeAll { item in
      if case .text = item.shape { return true }
      return false
    }
    return scene
  }
}
