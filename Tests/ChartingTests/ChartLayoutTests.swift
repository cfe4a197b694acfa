import Charting
import Testing

@Suite struct ChartLayoutTests {
  private static let extremes: [[Double]] = [
    [0, 0], [5, 5], [-1e308, 1e308], [1e308, 1e308],
    [0x1p-1070, 0x1p-1068], [1e15, 1e15 + 1], [-1e-300, 0], [0.1, 0.1 + 1e-15],
  ]

  @Test(arguments: Gallery.charts.map(\.name)) func `text stays on the page and never covers other text`(
    _ name: String
  ) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    for measurer in [TextMeasurer.monospaced, .cairo] {
      let scene = try chart.layout(measurer: measurer).scene()
      let page = Rect(x: 0, y: 0, width: scene.size.width, height: scene.size.height)
      let boxes = scene.items.compactMap { item -> Rect? in
        guard case .text(let run) = item.shape else { return nil }
        return run.box
      }
      for (index, box) in boxes.enumerated() {
        #expect(page.contains(box), "\(box)")
        for other in boxes[..<index] { #expect(!box.intersects(other), "\(box) on \(other)") }
      }
    }
  }

  @Test(arguments: Gallery.charts.map(\.name)) func `legends and headings stand outside the plot`(
    _ name: String
  ) throws {
    let chart = try #require(Gallery.charts.first { $0.name == name }).chart
    for panel in try chart.layout(measurer: .monospaced).panels {
      let around =
        panel.legend.map(\.box) + panel.title.map(\.box)
        + [panel.x, panel.y].flatMap { $0?.heading ?? [] }.map(\.box)
      for box in around { #expect(!box.intersects(panel.plot)) }
    }
  }

  @Test func `panels do not overlap and fill the size of the chart`() throws {
    var chart = Gallery.channels
    for size in [Size(width: 720, height: 500), Size(width: 500, height: 900)] {
      chart.size = size
      let layout = try chart.layout(measurer: .monospaced)
      #expect(layout.size == size)
      let plots = layout.panels.map(\.plot)
      for (index, plot) in plots.enumerated() {
        #expect(plots[..<index].allSatisfy { !$0.intersects(plot) })
        #expect(plot.maxX <= size.width && plot.maxY <= size.height)
      }
    }
  }

  @Test func `shared axes have one domain and are labelled once`() throws {
    let layout = try Gallery.channels.layout(measurer: .monospaced)
    let first = try #require(layout.panels[0].x).scale
    for (index, panel) in layout.panels.enumerated() {
      let (x, y) = (try #require(panel.x), try #require(panel.y))
      #expect((x.scale.low, x.scale.high) == (first.low, first.high))
      #expect(x.ticks.contains { !$0.label.isEmpty } == (index >= 3), "only the lower row")
      #expect(y.ticks.contains { !$0.label.isEmpty } == (index % 3 == 0), "only the left column")
    }
  }

  @Test func `plots above one another start at the same x`() throws {
    let panels = try Gallery.staircase.layout(measurer: .monospaced).panels
    #expect(panels[0].plot.x == panels[1].plot.x)
    #expect(panels[0].plot.width == panels[1].plot.width)
  }

  @Test(arguments: extremes)
  func `extreme numbers are drawn`(_ values: [Double]) throws {
    let charts = [
      Chart(marks: [
        .line(x: values, y: values, markers: true), .annotation("here", x: values[0], y: values[1]),
      ]),
      Chart(marks: [.histogram(values)]),
      Chart(marks: [.bars(["a", "b"], values, numbers: .significant(3))]),
      Chart(marks: [.heatMap([values], label: "v")]),
      Chart(marks: [.numberLine(levels: values, points: values, snapped: values)]),
    ]
    for chart in charts {
      let scene = try chart.layout(measurer: .monospaced).scene()
      #expect(!(try scene.png(scale: 0.5)).isEmpty)
      #expect(!(try chart.preview()).isEmpty)
    }
  }

  @Test func `an axis of bars starts at zero`() throws {
    let chart = Chart(marks: [.bars(["a", "b"], [980, 981])])
    #expect(try chart.layout(measurer: .monospaced).panels[0].y?.scale.low == 0)
  }

  @Test func `an explicit domain is kept`() throws {
    let chart = Chart(x: Axis(domain: -3...7), marks: [.line(x: [0, 1], y: [0, 1])])
    let scale = try #require(try chart.layout(measurer: .monospaced).panels[0].x).scale
    #expect((scale.low, scale.high) == (-3, 7))
  }

  @Test func `explicit ticks replace automatic ticks`() throws {
    let chart = Chart(
      x: Axis(ticks: [Tick(at: 0, "start"), Tick(at: 1, "end")]), marks: [.line(x: [0, 1], y: [0, 1])])
    let ticks = try #require(try chart.layout(measurer: .monospaced).panels[0].x).ticks
    #expect(ticks.map { $0.label.map(\.text) } == [["start"], ["end"]])
  }

  @Test func `long names of bars wrap or are left out`() throws {
    let names = (0..<30).map { "a rather long name \($0)" }
    let layout = try Chart(marks: [.bars(names, names.map { _ in 1 })]).layout(measurer: .monospaced)
    let boxes = try #require(layout.panels[0].x).ticks.flatMap(\.label).map(\.box)
    #expect(!boxes.isEmpty)
    for (index, box) in boxes.enumerated() { #expect(boxes[..<index].allSatisfy { !$0.intersects(box) }) }
  }

  @Test func `a long legend is broken into rows`() throws {
    let chart = Chart(
      y: Axis("a heading of some length"),
      marks: (1...9).map { .line(x: [0, 1], y: [0, $0], label: "a series with a long name, number \($0)") })
    let layout = try chart.layout(measurer: .monospaced)
    let boxes = layout.textBoxes
    #expect(layout.panels[0].legend.count == 9)
    #expect(Set(layout.panels[0].legend.map(\.box.y)).count > 2)
    for (index, box) in boxes.enumerated() { #expect(boxes[..<index].allSatisfy { !$0.intersects(box) }) }
  }

  @Test func `automatic colours differ from explicit colours`() throws {
    let chart = Chart(marks: [
      .line(x: [0, 1], y: [0, 1], label: "a", color: .blue), .line(x: [0, 1], y: [1, 0], label: "b"),
    ])
    let paints = try chart.layout(measurer: .monospaced).panels[0].legend.map { entry -> Paint? in
      guard case .line(let paint, _, _) = entry.sample else { return nil }
      return paint
    }
    #expect(paints.count == 2 && Set(paints).count == 2)
  }
}
