/// A chart with every text and plot at its place, before anything is drawn.
package struct ChartLayout: Hashable, Codable, Sendable {
  package var size: Size
  package var title: [TextRun]
  package var subtitle: [TextRun]
  package var panels: [PanelLayout]

  /// The areas of all text on the page.
  package var textBoxes: [Rect] { (title + subtitle).map(\.box) + panels.flatMap(\.textBoxes) }
}

extension Chart {
  /// Finds the place of everything; `measurer` says how wide text is.
  ///
  /// - Throws: `ChartError` if the chart's data cannot be drawn.
  package func layout(measurer: TextMeasurer = .cairo) throws(ChartError) -> ChartLayout {
    try validate()
    return try ChartLayoutEngine(chart: self, measurer: measurer).layout()
  }
}

/// One panel at its place: the plot, its axes, and all text around and in it.
package struct PanelLayout: Hashable, Codable, Sendable {
  /// Some lines of text in the plot, and what they point at.
  package struct Note: Hashable, Codable, Sendable {
    package var lines: [TextRun]
    package var box: Rect
    /// From the text to the place meant; `nil` where the text stands right beside it.
    package var leader: [Point]?
  }

  /// The column and row of the chart given to the panel.
  package var frame: Rect
  /// Where data is drawn.
  package var plot: Rect
  package var title: [TextRun]
  package var legend: [LegendEntry]
  /// `nil` for a diagram or images, which have no axes.
  package var x: AxisLayout?
  package var y: AxisLayout?
  package var notes: [Note] = []
  package var graph: GraphLayout?
  package var images: ImageGridLayout?
  package var colorBar: ColorBarLayout?
  package var codes: CodeAxis?

  /// The areas of all text of the panel.
  package var textBoxes: [Rect] {
    let ticks = [x, y].compactMap { $0 }.flatMap {
      $0.ticks.flatMap(\.label) + [$0.heading].compactMap { $0 }
    }
    let bar =
      (colorBar.map { $0.ticks.flatMap(\.label) + [$0.heading] } ?? [])
      + (codes?.ticks.flatMap(\.label) ?? [])
    let graphText = (graph?.boxes.flatMap(\.label) ?? []) + (graph?.links.compactMap(\.label) ?? [])
    let runs = title + legend.map(\.label) + ticks + bar + graphText + (images?.captions ?? [])
    return runs.map(\.box) + notes.map(\.box)
  }
}

/// The bar beside a heat map that says which colour is which number.
package struct ColorBarLayout: Hashable, Codable, Sendable {
  package var bar: Rect
  package var ticks: [AxisLayout.TickLayout]
  package var heading: TextRun
  package var domain: AxisScale
}
