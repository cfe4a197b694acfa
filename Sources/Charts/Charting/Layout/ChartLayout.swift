/// The positions of every text and plot of a chart.
package struct ChartLayout: Hashable, Codable, Sendable {
  package var size: Size
  package var title: [TextRun]
  package var subtitle: [TextRun]
  package var panels: [PanelLayout]

  /// The areas of all text on the page.
  package var textBoxes: [Rect] { (title + subtitle).map(\.box) + panels.flatMap(\.textBoxes) }
}

extension Chart {
  /// Lays the chart out, with text as wide as `measurer` says, in a width of its own or in another.
  ///
  /// - Throws: ``ChartError`` if the chart cannot be drawn.
  package func layout(measurer: TextMeasurer, width: Double? = nil) throws(ChartError) -> ChartLayout {
    try validate()
    return try ChartLayoutEngine(chart: self, measurer: measurer).layout(width: width ?? size?.width ?? 720)
  }
}

/// The layout of one panel: the plot, its axes, its marks, and all text around and in it.
package struct PanelLayout: Hashable, Codable, Sendable {
  /// Lines of text in the plot, with a line to their target.
  package struct Note: Hashable, Codable, Sendable {
    package var lines: [TextRun]
    package var box: Rect
    /// A line from the text to its target; `nil` where the text stands right beside it.
    package var leader: [Point]?
  }

  /// The area of the page that belongs to the panel.
  package var frame: Rect
  /// The area where data is drawn.
  package var plot: Rect
  package var title: [TextRun]
  package var legend: [LegendEntry]
  /// The horizontal axis; `nil` for a diagram or images.
  package var x: AxisLayout?
  /// The vertical axis; `nil` for a diagram or images.
  package var y: AxisLayout?
  /// The marks, from back to front.
  package var marks: [MarkLayout] = []
  /// The numbers in cells and at bars.
  package var numbers: [TextRun] = []
  package var notes: [Note] = []
  package var colorBar: ColorBarLayout?
  package var codes: CodeAxis?

  /// The areas of all text of the panel.
  package var textBoxes: [Rect] {
    let ticks = [x, y].compactMap { $0 }.flatMap {
      $0.ticks.flatMap(\.label) + $0.heading
    }
    let bar =
      (colorBar.map { $0.ticks.flatMap(\.label) + [$0.heading] } ?? [])
      + (codes.map { $0.ticks.flatMap(\.label) + [$0.heading] } ?? [])
    let runs = title + legend.map(\.label) + ticks + bar + marks.flatMap(\.geometry.text) + numbers
    return runs.map(\.box) + notes.map(\.box)
  }
}

/// The bar beside a heat map that assigns numbers to colours.
package struct ColorBarLayout: Hashable, Codable, Sendable {
  package var bar: Rect
  package var ticks: [AxisLayout.TickLayout]
  package var heading: TextRun
  package var palette: Mark.HeatMap.Palette
}
