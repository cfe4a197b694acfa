extension PanelPainter {
  /// Paints a pattern over a bar, or over its sample in the legend.
  func paint(_ pattern: BarPattern, over rect: Rect, into scene: inout Scene) {
    switch pattern {
    case .framed:
      guard min(rect.width, rect.height) > 6 else { return }
      scene.stroke(Path(rect.grown(by: -2)), Scene.Stroke(Theme.background, 1), .furniture)
    case .hatched:
      scene.stroke(
        Self.diagonals(of: rect, distance: 6), Scene.Stroke(Theme.background, 1.2), .furniture, clip: rect)
    }
  }

  /// Rising lines across a rectangle; they go beyond its edges.
  ///
  /// They lie where the page has them, so that neighbouring bars are hatched alike.
  private static func diagonals(of rect: Rect, distance: Double) -> Path {
    var path = Path()
    // Along such a line x + y is the same.
    let (first, last) = (rect.x + rect.y, rect.maxX + rect.maxY)
    var sum = (first / distance).rounded(.up) * distance
    while sum < last {
      path.elements += Path([Point(rect.x, sum - rect.x), Point(rect.maxX, sum - rect.maxX)]).elements
      sum += distance
    }
    return path
  }
}
