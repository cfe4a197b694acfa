extension PanelPainter {
  func paintGraph(_ graph: GraphLayout, into scene: inout Scene) {
    for link in graph.links {
      let stroke = Scene.Stroke(
        GraphTheme.arrow, 1.3, dashes: Theme.dashes(link.dash, width: 1.3))
      scene.stroke(link.path, stroke)
      arrowHead(from: link.tail, to: link.tip, GraphTheme.arrow, into: &scene)
    }
    for box in graph.boxes {
      let path = GraphTheme.outline(box.kind, box.rect)
      scene.fill(path, GraphTheme.fill(box.kind))
      scene.stroke(path, Scene.Stroke(GraphTheme.stroke(box.kind), 1.4))
      box.label.forEach { scene.text($0) }
    }
    for label in graph.links.compactMap(\.label) { scene.text(label) }
  }

  func paintImages(_ grid: Mark.ImageGrid, _ images: ImageGridLayout, into scene: inout Scene) {
    let gray = AxisScale(.linear, grid.domain.lowerBound, grid.domain.upperBound, from: 0, to: 1)
    for (pixels, box) in zip(grid.images, images.boxes) {
      let paints = pixels.map { HeatPalette.paint(.gray, gray.boundedShare($0)) }
      scene.items.append(
        Scene.Item(shape: .cells(paints, columns: grid.width, box), role: .data, clip: nil))
    }
    images.captions.forEach { scene.text($0) }
  }
}
