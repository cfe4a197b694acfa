import Charting
import PNGFiles
import Testing

/// Figures for documents: themes, widths, sizes of text, and what a file tells of its origin.
@Suite struct FigureStyleTests {
  private static let chart = Chart(
    title: "Two series", x: Axis("x"), y: Axis("y"),
    marks: [
      .line(x: [0, 1, 2], y: [0, 1, 0], label: "floats", color: .floats),
      .line(x: [0, 1, 2], y: [1, 0, 1], label: "seen", color: .seen),
    ])

  /// The colours of everything in the chart, and of the text in it.
  private func paints(_ theme: FigureStyle.Theme) throws -> (all: [Paint], text: [Paint]) {
    let scene = try Self.chart.scene(in: FigureStyle(theme: theme)).scene
    let text = scene.items.compactMap { item -> Paint? in
      if case .text(let run) = item.shape { run.paint } else { nil }
    }
    let shapes = scene.items.flatMap { item -> [Paint] in
      guard case .path(_, let fill, let stroke) = item.shape else { return [] }
      return [fill, stroke?.paint].compactMap { $0 }
    }
    return ([scene.background] + text + shapes, text)
  }

  @Test func `the light theme changes nothing`() throws {
    #expect(try Self.chart.svg() == Self.chart.svg(style: FigureStyle(theme: .light)))
  }

  @Test(arguments: SeriesColor.allCases)
  func `a colour has in the dark the contrast and the hue that it has on white`(_ color: SeriesColor) {
    let paint = Theme.paint(color)
    let dark = paint.colored(for: .dark)
    let (before, after) = (
      paint.contrast(with: Theme.background), dark.contrast(with: Theme.background.colored(for: .dark))
    )
    #expect(abs(before - after) < 0.1)
    // The strongest component stays the strongest.
    let parts = [paint.red, paint.green, paint.blue]
    let darkParts = [dark.red, dark.green, dark.blue]
    if (parts.max() ?? 0) - (parts.min() ?? 0) > 0.1 {
      #expect(parts.firstIndex(of: parts.max() ?? 0) == darkParts.firstIndex(of: darkParts.max() ?? 0))
    }
  }

  @Test func `the background of a dark figure is dark, and its text light`() throws {
    let (all, text) = try paints(.dark)
    #expect(all[0].contrast(with: Theme.background) > 15)
    #expect(text.count > 5 && text.allSatisfy { $0.contrast(with: all[0]) >= 4.5 })
  }

  @Test func `a figure for print has greys alone, which tell series apart`() throws {
    let all = try paints(.print).all
    #expect(all.count > 20)
    for paint in all { #expect(paint.red == paint.green && paint.green == paint.blue) }
    let grays = SeriesColor.allCases.map { Theme.paint($0).colored(for: .print) }
    #expect(Set(grays).count == grays.count)
    for gray in grays { #expect(gray.contrast(with: Theme.background) >= 3) }
    for (first, second) in [(SeriesColor.floats, SeriesColor.seen), (.before, .after)] {
      #expect(
        Theme.paint(first).colored(for: .print).contrast(with: Theme.paint(second).colored(for: .print)) > 3)
    }
  }

  @Test func `a width scales the figure, and a size of text lays it out anew`() throws {
    let own = try Self.chart.layout().size
    let scaled = try Self.chart.svg(style: FigureStyle(width: 360))
    #expect(scaled.contains("width=\"360pt\" height=\"\(Self.number(own.height / 2))pt\""))
    let (scene, zoom) = try Self.chart.scene(in: FigureStyle(width: 240, fontSize: 8))
    #expect(abs(scene.size.width * zoom - 240) < 1e-9)
    let sizes = scene.items.compactMap { item -> Double? in
      if case .text(let run) = item.shape { run.font.size * zoom } else { nil }
    }
    #expect(sizes.contains { abs($0 - 8) < 1e-9 }, "labels have 8 points: \(sizes)")
    #expect(abs(scene.size.height * zoom - own.height / 3) > 5, "the height is not merely scaled")
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }

  @Test func `panels side by side go below one another where they have no room`() throws {
    let panel = Panel(marks: [.line(x: [0, 1], y: [0, 1])])
    let chart = Chart(columns: 3, panels: [panel, panel, panel])
    let wide = try chart.scene(in: FigureStyle(width: 720, fontSize: 11)).scene.size
    let narrow = try chart.scene(in: FigureStyle(width: 200, fontSize: 11)).scene.size
    #expect(narrow.height > 2 * wide.height)
    #expect(throws: ChartError.self) { try chart.svg(style: FigureStyle(width: 60, fontSize: 20)) }
    #expect(throws: ChartError.self) { try chart.svg(style: FigureStyle(width: 0)) }
  }

  @Test func `every format tells where a figure comes from`() throws {
    let provenance = Provenance(
      title: "A <title>; with", description: "what is seen", source: "Lessons/lesson-01/main.swift:7",
      inputs: "sha256 ab", seed: "1, profile class", data: "built-in & digits; two: three <sets>",
      software: "Swift 6.3")
    var origin = provenance
    (origin.title, origin.description) = (nil, nil)
    #expect(try Provenance(figure: Self.chart.png(provenance: provenance)) == provenance)
    #expect(try Provenance(figure: Array(Self.chart.svg(provenance: provenance).utf8)) == origin)
    #expect(try Provenance(figure: Self.chart.pdf(provenance: provenance)) == origin)
  }

  @Test func `a file of others tells nothing, and a damaged PNG is refused`() throws {
    for text in [
      "<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "%PDF-1.4\n%%EOF\n", "", "%swift-qat Source: x",
    ] {
      #expect(try Provenance(figure: Array(text.utf8)) == Provenance())
    }
    #expect(throws: PNGError.self) { try Provenance(figure: [0x89, 0x50, 0x4E, 0x47]) }
  }
}
