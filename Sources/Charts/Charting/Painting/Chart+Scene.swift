extension Chart {
  /// The chart as a list of things to draw.
  ///
  /// - Throws: `ChartError` if the chart's data cannot be drawn.
  package func scene(measurer: TextMeasurer = .cairo) throws(ChartError) -> Scene {
    let layout = try layout(measurer: measurer)
    var scene = Scene(size: layout.size)
    (layout.title + layout.subtitle).forEach { scene.text($0) }
    for (panel, panelLayout) in zip(panels, layout.panels) {
      PanelPainter(plan: PanelPlan(panel, measurer), layout: panelLayout).paint(into: &scene)
    }
    return scene
  }
}
