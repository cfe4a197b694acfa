extension GraphLayoutEngine {
  /// The box of a node around a center.
  func box(_ node: GraphDiagram.Node, _ center: Point, _ size: Size) -> GraphLayout.Box {
    let rect = Rect(
      x: center.x - size.width / 2, y: center.y - size.height / 2, width: size.width, height: size.height)
    let lines = node.label.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let top = center.y - Double(lines.count) * 7.5
    let paint = GraphTheme.text(node.kind)
    let label = lines.enumerated().map { index, line in
      measurer.run(line, Self.font, paint, at: Point(center.x, top + Double(index) * 15 + 11.5), .center)
    }
    return GraphLayout.Box(kind: node.kind, rect: rect, label: label)
  }

  /// The arrow of an edge.
  ///
  /// - Parameters:
  ///   - index: The index of the edge.
  ///   - from: The box where it starts.
  ///   - to: The box where it ends.
  ///   - via: The points where it passes ranks.
  ///   - labelLeft: Whether the label of an edge that runs down stands at its left.
  /// - Returns: The arrow.
  func link(_ index: Int, _ from: Rect, _ to: Rect, _ via: [Point], labelLeft: Bool) -> GraphLayout.Link {
    let end = ranks.ends[index]
    let isChain = ranks.host[end.from] != nil
    let edge = diagram.edges[index]
    var points: [Point]
    // A chain runs across the flow, everything else along it.
    let runsDown = isChain != isVertical
    if runsDown {
      let down = to.midY > from.midY
      points = [Point(from.midX, down ? from.maxY : from.y)] + via + [Point(to.midX, down ? to.y : to.maxY)]
    } else {
      let right = to.midX > from.midX
      points = [Point(right ? from.maxX : from.x, from.midY)] + via + [Point(right ? to.x : to.maxX, to.midY)]
    }
    let last = points[points.count - 1]
    // The line ends inside the arrowhead.
    let before =
      runsDown
      ? last.translated(by: 0, points[0].y < last.y ? -5 : 5)
      : last.translated(by: points[0].x < last.x ? -5 : 5, 0)
    let path = Self.smooth(points.dropLast() + [before], vertical: runsDown)
    let tail =
      runsDown
      ? Point(last.x, last.y - (points[0].y < last.y ? 10 : -10))
      : Point(last.x - (points[0].x < last.x ? 10 : -10), last.y)
    return GraphLayout.Link(
      path: path, tip: last, tail: tail, dash: edge.dash, label: edgeLabel(edge, points, runsDown, labelLeft))
  }

  /// The label of an edge, at the middle of its first segment.
  private func edgeLabel(_ edge: GraphDiagram.Edge, _ points: [Point], _ runsDown: Bool, _ labelLeft: Bool)
    -> TextRun?
  {
    guard let text = edge.label else { return nil }
    let middle = Point((points[0].x + points[1].x) / 2, (points[0].y + points[1].y) / 2)
    var run =
      runsDown
      ? measurer.run(
        text, Theme.small, Theme.muted, at: middle.translated(by: labelLeft ? -7 : 7, 3.5),
        labelLeft ? .right : .left)
      : measurer.run(text, Theme.small, Theme.muted, at: middle.translated(by: -2, -5), .center)
    run.halo = true
    return run
  }

  /// A smooth line through points whose ends run along the flow.
  private static func smooth(_ points: [Point], vertical: Bool) -> Path {
    var path = Path()
    path.elements = [.move(points[0])]
    for (a, b) in zip(points, points.dropFirst()) {
      if vertical {
        let middle = (a.y + b.y) / 2
        path.elements.append(a.x == b.x ? .line(b) : .curve(Point(a.x, middle), Point(b.x, middle), b))
      } else {
        let middle = (a.x + b.x) / 2
        path.elements.append(a.y == b.y ? .line(b) : .curve(Point(middle, a.y), Point(middle, b.y), b))
      }
    }
    return path
  }
}
