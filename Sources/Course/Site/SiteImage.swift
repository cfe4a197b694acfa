import Support

/// An image of the site: a PNG, with the same figure as SVG where there is one.
package struct SiteImage: Hashable, Sendable {
  /// The path of the PNG in the site, such as `figures/lesson-01/fig-fence.png`.
  let path: String
  /// The width in CSS pixels: half the pixels of the file, which is drawn for dense screens.
  let width: Int
  /// The height in CSS pixels.
  let height: Int
  /// Whether the figure is there as SVG, under the same name.
  let hasSVG: Bool

  /// Describes a PNG.
  ///
  /// - Throws: ``SiteError`` if the bytes are no PNG.
  package init(path: String, png: [UInt8], hasSVG: Bool) throws(SiteError) {
    guard png.count >= 24, png.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] else {
      throw SiteError("\(path) is no PNG; run `swift run book weave` again")
    }
    func number(_ start: Int) -> Int { png[start..<(start + 4)].reduce(0) { $0 << 8 | Int($1) } }
    (self.path, self.hasSVG) = (path, hasSVG)
    (width, height) = (number(16) / 2, number(20) / 2)
  }

  /// The element of the image, in place of a tag with its alternative text.
  func element(_ tag: HTMLTag) -> String {
    let image =
      "<img src=\"\(path)\" width=\"\(width)\" height=\"\(height)\" loading=\"lazy\" alt=\"\(tag["alt"] ?? "")\">"
    guard hasSVG else { return image }
    return "<picture><source type=\"image/svg+xml\" srcset=\"\(path.dropLast(4)).svg\">\(image)</picture>"
  }
}
