import Foundation
import Site
import Testing

/// The colours of the stylesheet: pairs that WCAG 2.1 asks for, in light, in the dark and in print.
@Suite struct StylesheetTests {
  private static func stylesheet() throws -> String {
    let asset = try #require(try SiteAsset.resources().first { $0.path == "assets/site.css" })
    return String(decoding: asset.bytes, as: UTF8.self)
  }

  /// The variables of the rules whose selectors begin with some text, one dictionary a rule.
  private static func themes() throws -> [[String: String]] {
    try stylesheet().matches(of: /:root[^{]*\{([^}]*--paper[^}]*)\}/).map { rule in
      Dictionary(
        rule.1.matches(of: /--([a-z]+): (#[0-9a-f]{3,6})/).map { (String($0.1), String($0.2)) },
        uniquingKeysWith: { $1 })
    }
  }

  /// The relative luminance of `#rrggbb` or `#rgb`, as WCAG 2.1 defines it.
  private static func luminance(_ hex: String) throws -> Double {
    let digits = hex.dropFirst()
    let wide = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
    let number = try #require(Int(wide, radix: 16))
    func linear(_ shift: Int) -> Double {
      let part = Double(number >> shift & 255) / 255
      return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
  }

  private static func contrast(_ first: String, _ second: String) throws -> Double {
    let (a, b) = (try luminance(first) + 0.05, try luminance(second) + 0.05)
    return max(a, b) / min(a, b)
  }

  @Test func `the contrast of black and white is 21`() throws {
    #expect(abs(try Self.contrast("#000", "#ffffff") - 21) < 1e-9)
  }

  @Test func `text has a contrast of 4_5 with what it stands on, and the edge of a control 3`() throws {
    let themes = try Self.themes()
    #expect(themes.count == 4, "light, dark by the system, dark by the switch, print")
    let light = try #require(themes.first)
    #expect(light.count > 20)
    for theme in themes.map({ light.merging($0) { $1 } }) {
      let code = ["keyword", "type", "string", "number", "comment", "accent", "ink"]
      let text = ["ink", "muted", "link", "accent", "right", "wrong"]
      let pairs =
        text.map { ($0, "paper", 4.5) }
        + (code + ["muted", "link", "right", "wrong"]).map { ($0, "panel", 4.5) }
        + [("ink", "mark", 4.5), ("link", "mark", 4.5), ("edge", "paper", 3), ("link", "paper", 3)]
      for (front, back, least) in pairs {
        let contrast = try Self.contrast(try #require(theme[front]), try #require(theme[back]))
        #expect(contrast >= least, "--\(front) on --\(back): \(contrast)")
      }
    }
  }

  @Test func `the dark theme of the system and that of the switch are one`() throws {
    let themes = try Self.themes()
    #expect(themes[1] == themes[2])
  }

  @Test func `no script or stylesheet loads anything from elsewhere`() throws {
    for asset in try SiteAsset.resources() where asset.path.hasSuffix(".js") || asset.path.hasSuffix(".css") {
      let text = String(decoding: asset.bytes, as: UTF8.self)
      for word in ["fetch(", "XMLHttpRequest", "import ", "@import", "https://", "http://"] {
        let allowed = word == "http://" ? "http://www.w3.org" : "\u{0}"
        #expect(!text.replacing(allowed, with: "").contains(word), "\(asset.path) has \(word)")
      }
    }
  }
}
