import Charting
import PNGFiles
import Support
import TestSupport
import Testing

/// What a reader can make out: the size of text, names of axes and codes, colours of legends, dashes and markers.
@Suite struct ReadabilityTests {
  private func runs(of scene: Scene) -> [TextRun] {
    scene.items.compactMap { item in
      if case .text(let run) = item.shape { return run }
      return nil
    }
  }

  /// The widest that a figure is shown in a README on GitHub, in pixels of CSS, of which 4 are 3 points.
  private static let readmeWidth = 830.0

  @Test(arguments: Gallery.charts.map(\.name)) func `no text is smaller than 9 points in a README`(
    _ name: String
  ) throws {
    let scene = try #require(Gallery.charts.first { $0.name == name }).chart.layout().scene()
    let texts = runs(of: scene)
    #expect(!texts.isEmpty)
    for run in texts {
      #expect(
        run.font.size * Self.readmeWidth / scene.size.width * 0.75 >= 9, "\(run.text): \(run.font.size)")
      #expect(
        run.paint.contrast(with: Theme.background) >= 4.5 || run.paint == Theme.background, "\(run.text)")
    }
  }

  @Test func `a logarithmic axis says so`() throws {
    let layout = try Chart(
      x: Axis("energy", unit: "pJ", scale: .log), y: Axis("codes", scale: .log),
      marks: [.line(x: [1, 10], y: [1, 10])]
    ).layout().panels[0]
    #expect(layout.x?.heading.map(\.text) == ["energy (pJ, log scale)"])
    #expect(layout.y?.heading.map(\.text) == ["codes (log scale)"])
    #expect(Axis(scale: .log).figureHeading == "log scale" && Axis("x").figureHeading == "x")
  }

  @Test func `a logarithmic axis of four decades labels each`() throws {
    let axis = Axis("codes", domain: 0.5...20_000)
    var log = axis
    log.scale = .log
    let panels = [1, 2].map { _ in Panel(y: log, marks: [.line(x: [0, 1], y: [1, 10_000])]) }
    let y = try #require(try Chart(panels: panels).layout().panels[0].y)
    #expect(y.ticks.flatMap(\.label).map(\.text) == ["1", "10", "100", "1,000", "10,000"])
  }

  @Test func `a histogram's axis without a title is named`() throws {
    let chart = Chart(marks: [.histogram([1.0, 2, 3])])
    #expect(try chart.layout().panels[0].y?.heading.map(\.text) == ["count"])
    let named = Chart(y: Axis("weights"), marks: [.histogram([1.0, 2, 3])])
    #expect(try named.layout().panels[0].y?.heading.map(\.text) == ["weights"])
  }

  /// The texts under the levels of a panel's number line.
  private func codes(of panel: PanelLayout) -> [String] {
    guard case .numberLine(let line) = panel.marks[0].geometry else { return [] }
    return line.codes.map(\.text)
  }

  @Test func `rows of codes are named, and no code of a few is left out`() throws {
    let panels = try Gallery.fewCodes.layout().panels
    for panel in panels.prefix(2) {
      let codes = try #require(panel.codes)
      #expect(codes.heading.text == "code" && codes.heading.box.maxX < panel.plot.x)
      #expect(codes.ticks.flatMap(\.label).map(\.text) == ["−2", "−1", "0", "1"])
    }
    let line = Chart(marks: Gallery.fewCodes.panels[2].marks)
    #expect(try codes(of: line.layout().panels[0]) == ["code", "−2", "−1", "0", "1"])
    #expect(codes(of: panels[2]) == ["code", "−2", "0", "1"], "there is no room for −1")
    let words = Chart(marks: [.numberLine(levels: [0, 1], codes: ["low", "high"])])
    #expect(try codes(of: words.layout().panels[0]) == ["low", "high"])
  }

  @Test func `codes that have room in one row stand in one row`() throws {
    for (codes, rows) in [(-2...1, 1), (0...15, 1), (-127...127, 1)] {
      let values = [Double(codes.lowerBound), Double(codes.upperBound)]
      let chart = Chart(marks: [.histogram(values, buckets: Buckets(scale: 1, codes: codes))])
      let ticks = try #require(try chart.layout().panels[0].codes).ticks
      #expect(Set(ticks.flatMap(\.label).map(\.box.y)).count == rows)
      #expect(codes.count > 16 ? ticks.count < codes.count : ticks.count == codes.count)
    }
  }

  @Test func `panels without a grid have numbers on their own axis even if it is shared`() throws {
    let line = Mark.numberLine(levels: [-1.0, 0, 1], points: [0.2], snapped: [0])
    let panels = try Chart(
      sharedX: true, panels: [Panel(x: Axis("x"), marks: [line]), Panel(x: Axis("x"), marks: [line])]
    )
    .layout().panels
    #expect(panels.map { $0.x?.ticks.flatMap(\.label).isEmpty } == [false, false])
    #expect(panels.map { $0.x?.heading.count } == [0, 1])
  }

  @Test func `a shade has the colour of its legend, whatever lies under it`() throws {
    let chart = Chart(
      size: Size(width: 360, height: 220),
      marks: [
        .histogram([0.0, 3], buckets: Buckets(scale: 1, codes: -4...4)),
        .band(x: [-4, 4], low: [0.2, 0.2], high: [0.8, 0.8], label: "wide", color: .orange),
        .band(x: [-4, 4], low: [0.4, 0.4], high: [0.6, 0.6], label: "narrow", color: .blue),
        .region(x: 1...2.4, label: "lost", color: .lost),
      ])
    let layout = try chart.layout().panels[0]
    let image = try PNGImage(bytes: chart.layout().scene().withoutText().png(scale: 4))
    func pixel(_ x: Double, _ y: Double) -> [UInt8] {
      let first = (Int(y * 4) * image.width + Int(x * 4)) * 4
      return Array(image.pixels[first..<first + 3])
    }
    let (x, y) = (try #require(layout.x).scale, try #require(layout.y).scale)
    let places = ["wide": (-1.3, 0.3), "narrow": (-1.3, 0.55), "lost": (1.8, 0.55)]
    for entry in layout.legend {
      guard let place = places[entry.label.text] else { continue }
      #expect(
        pixel(x.position(place.0), y.position(place.1)) == pixel(entry.sampleBox.midX, entry.sampleBox.midY),
        "\(entry.label.text)")
    }
    #expect(layout.legend.count == 5)
  }

  @Test(arguments: [1, 2, 3, 5]) func `lines of one panel differ in their dashes while there are free ones`(
    _ count: Int
  ) throws {
    let lines = (0..<count).map { Mark.line(x: [0, 1], y: [0, $0], label: "\($0)") }
    let chosen = Mark.line(x: [0, 1], y: [2, 0], label: "chosen", dash: .dashed)
    let step = Mark.step(x: [0, 1], y: [1], label: "step")
    for others in [[], [chosen], [step], [step, chosen]] where count + others.count <= Dash.allCases.count {
      let dashes = try Chart(marks: lines + others).layout().panels[0].legend.map { entry -> [Double]? in
        guard case .line(_, let dashes, _) = entry.sample else { return nil }
        return dashes
      }
      #expect(dashes.count == count + others.count && Set(dashes).count == dashes.count)
    }
  }

  @Test func `a line without a label has the dash of the line of its colour`() throws {
    let scene = try Chart(marks: [
      .line(x: [0, 1], y: [0, 1], label: "a", color: .floats),
      .line(x: [0, 1], y: [1, 0], label: "b", color: .seen),
      .line(x: [0, 1], y: [2, 1], color: .seen), .step(x: [0, 1], y: [3], color: .floats),
    ]).layout().scene()
    let strokes = scene.items.compactMap { item -> Scene.Stroke? in
      guard item.role == .data, case .path(_, nil, let stroke?) = item.shape else { return nil }
      return stroke
    }
    #expect(strokes.count == 4 && strokes[1] == strokes[2] && strokes[0] == strokes[3])
    #expect(strokes[0].dashes != strokes[1].dashes)
  }

  @Test(arguments: SeriesColor.allCases) func `numbers in bars are readable`(_ color: SeriesColor) throws {
    let chart = Chart(
      y: Axis(domain: 0...1), marks: [.bars(["a"], [1], color: color, numbers: .fixed(0))])
    let panel = try chart.layout().panels[0]
    let number = try #require(panel.numbers.first)
    #expect(number.box.y > panel.plot.y, "it stands in its bar")
    #expect(number.paint.contrast(with: Theme.paint(color)) >= 4.5)
  }

  @Test func `seven series have seven markers`() throws {
    let marks = (0..<7).map { Mark.scatter(x: [Double($0)], y: [1], color: .black) }
    let scene = try Chart(marks: marks).layout().scene()
    let shapes = scene.items.compactMap { item -> Int? in
      guard item.role == .data, case .path(let path, .some, .some) = item.shape else { return nil }
      return path.elements.count
    }
    let boxes = scene.items.compactMap { item -> [Int]? in
      guard item.role == .data, case .path(let path, .some, .some) = item.shape else { return nil }
      let points = path.polylines().joined()
      let (left, top) = (points.map(\.x).min() ?? 0, points.map(\.y).min() ?? 0)
      func tenths(_ distance: Double) -> Int { Int((10 * distance).rounded()) }
      return points.flatMap { [tenths($0.x - left), tenths($0.y - top)] }
    }
    #expect(shapes.count == 7 && Set(boxes).count == 7)
  }
}
