import Charting
import Support
import Testing

@Suite struct ChartPreviewTests {
  @Test func `a line is previewed in braille dots`() throws {
    let chart = Chart(
      title: "Up", x: Axis("x"), y: Axis("y"), marks: [.line(x: [0, 1], y: [0, 1], label: "line")])
    #expect(try chart.preview(columns: 40) == Self.up)
  }

  @Test(arguments: Gallery.charts.map(\.name)) func `no line of a preview is wider than the terminal`(
    _ name: String
  ) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    for columns in [30, 44, 60, 100] {
      for line in try chart.preview(columns: columns) {
        #expect(line.terminalWidth <= columns, "\(line)")
        #expect(!line.contains("\u{1B}"))
      }
    }
  }

  @Test(arguments: Gallery.charts.map(\.name))
  func `a coloured preview has the same characters as a plain one`(_ name: String) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    let plain = try chart.preview(columns: 60)
    let colored = try chart.preview(columns: 60, color: true).map { line in
      var stripped = line.replacing(/\u{1B}\[[0-9;]*m/, with: "")
      while stripped.last == " " { stripped.removeLast() }
      return stripped
    }
    // Shades of a table show as backgrounds, so only its numbers must be the same.
    if name != "kernels" { #expect(colored == plain) }
  }

  @Test func `a single outlier is visible in the preview of a histogram`() throws {
    let lines = try Gallery.outlier.preview(columns: 60)
    let plot = lines.filter { $0.contains("│") || $0.contains("┤") }
    #expect(plot.last.map { $0.hasSuffix("⢸") || $0.hasSuffix("⡇") || $0.hasSuffix("⣿") } == true)
  }

  @Test func `the buckets of a histogram are previewed with their codes, and unused ones dashed`() throws {
    let histogram = Mark.histogram(
      [-1, 0, 0, 1, 1, 1], bins: 32, range: -2...2, buckets: Buckets(scale: 1, codes: -2...1))
    let lines = try Chart(x: Axis("weight"), marks: [histogram]).preview(columns: 40)
    #expect(lines[0] == "count   ━ codes in use: 3   ┄ unused: 1")
    #expect(lines[1] == " code −2      −1      0       1")
    #expect(lines[2].dropFirst(2).contains("┯┄┄┄┄┄┄┄┯━━━━━━━┯━━━━━━━┯━━━━━━━┯"), "\(lines[2])")
    #expect(lines[3].contains("┊") && lines[3].filter { $0 == "┊" }.count >= 4, "\(lines[3])")
    // Without room for lines, and without codes, there is the strip alone.
    let many = Mark.histogram([0.0], buckets: Buckets(edges: (0...255).map { Double($0) - 127.5 }))
    let narrow = try Chart(marks: [many]).preview(columns: 40)
    #expect(narrow.contains { $0.contains("┄┄┄━┄┄┄") && !$0.contains("┯") })
    #expect(!narrow.joined().contains("┊") && !narrow.joined().contains("code "))
  }

  @Test func `bands and regions are previewed as dots far apart, each with its own in the legend`() throws {
    let lines = try Chart(marks: [
      .band(x: [0, 1], low: [0, 0], high: [1, 1], label: "spread", color: .blue),
      .region(x: 0...0.5, label: "clipped", color: .vermilion),
    ]).preview(columns: 50)
    #expect(lines[0].contains("⠁ ⠁ spread") && lines[0].contains("⠄ ⠄ clipped"), "\(lines[0])")
    let plot = lines.dropFirst().filter { $0.contains("│") || $0.contains("┤") }
    #expect(plot.contains { $0.contains("⠄⠁⠄⠁") } && plot.contains { $0.hasSuffix(" ⠁ ⠁ ⠁") }, "\(plot)")
    let hidden = Chart(panels: [
      Panel(legend: .hidden, marks: [.region(x: 0...1, label: "clipped"), .line(x: [0, 1], y: [0, 1])])
    ])
    #expect(try !hidden.preview(columns: 50).joined().contains("clipped"))
  }

  @Test func `a staircase that flips back and forth does not fill its panel`() throws {
    let chart = Chart(marks: [.step(x: 0..<120, y: (0..<120).map { $0 % 2 })])
    let lines = try chart.preview(columns: 60)
    #expect(!lines.joined().contains("⣿") && lines.joined().contains("⣉⣉") == false)
    #expect(lines.filter { $0.contains("│") || $0.contains("┤") }.allSatisfy { $0.count > 50 })
  }

  @Test func `a long name of an axis is broken into lines, so that panels stay side by side`() throws {
    let panel = Panel(
      x: Axis("weight, in steps of its channel, and some more"), marks: [.line(x: [0, 1], y: [0, 1])])
    let lines = try Chart(columns: 2, panels: [panel, panel]).preview(columns: 60)
    #expect(lines.contains { $0.ranges(of: "┬").count >= 4 })
    #expect(lines.joined(separator: " ").contains("and some more"))
  }

  @Test func `bars of negative numbers end where the others begin`() throws {
    let lines = try Chart(marks: [.bars(["up", "down"], [0.25, -0.25])]).preview(columns: 40)
    let up = try #require(lines.first { $0.contains("up") }),
      down = try #require(lines.first { $0.contains("down") })
    let begin = try #require(up.firstIndex(of: "█")), end = try #require(down.lastIndex(of: "█"))
    #expect(up.distance(from: up.startIndex, to: begin) == down.distance(from: down.startIndex, to: end) + 1)
  }

  @Test func `panels whose names do not fit side by side are stacked`() throws {
    let names = ["convolution with its normalization", "dense"]
    func panel(_ name: String) -> Panel {
      Panel(title: name, marks: [.graph(nodes: [.init(name, kind: .layer)], edges: [])])
    }
    let long = Chart(columns: 2, panels: names.map(panel))
    let lines = try long.preview(columns: 60)
    #expect(lines.contains("{convolution\u{A0}with\u{A0}its\u{A0}normalization}"))
    #expect(!lines.contains { $0.contains("convolution") && $0.contains("dense") })
    let short = Chart(columns: 2, panels: ["pool", "dense"].map(panel))
    #expect(try short.preview(columns: 60).contains { $0.contains("{pool}") && $0.contains("{dense}") })
  }

  @Test func `panels that share an axis are previewed with the ticks of the shared axis`() throws {
    func panel(_ x: [Double]) -> Panel { Panel(marks: [.line(x: x, y: [0, 1, 0])]) }
    let chart = Chart(sharedX: true, panels: [panel([2, 3, 4]), panel([2.5, 3, 3.5])])
    let axes = try chart.preview(columns: 60).filter { $0.contains("3") && !$0.contains("│") }
    #expect(axes.count == 2 && axes[0] == axes[1])
    // Alone, the first panel's numbers are whole; together with the second's they are not.
    #expect(axes.allSatisfy { $0.contains("2.5") })
  }

  @Test func `a preview of fewer than 30 columns is refused`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = try Chart(marks: [.line(x: [0, 1], y: [0, 1])]).preview(columns: 10)
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("a preview needs at least 30 columns; got columns: 10"))
  }

  private static let up = [
    "Up",
    "",
    "y   ── line",
    "1┤                                   ⣀⠔",
    " │                                ⡠⠔⠉",
    " │                            ⢀⡠⠒⠉",
    " │                         ⢀⠤⠒⠁",
    " │                      ⣀⠤⠊⠁",
    " │                   ⣀⠔⠊",
    " │                ⡠⠔⠉",
    " │            ⢀⡠⠒⠉",
    " │         ⢀⠤⠒⠁",
    " │      ⣀⠤⠊⠁",
    " │   ⣀⠔⠊",
    "0┤ ⠔⠉",
    " └─┬──────────────────────────────────┬─",
    "   0                                  1",
    "                    x",
  ]
}
