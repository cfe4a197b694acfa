extension Digits {
  /// The image of a digit that somebody drew: 28×28 bytes, made as the generated ones are.
  ///
  /// The strokes are scaled until their longer side has 19 pixels, line width included, and moved until the centre of
  /// mass of the lines is the centre of the image. A stroke of one point is a dot. Without strokes the image is blank.
  ///
  /// The site's page "Draw your own digit" computes the same, to the bit.
  ///
  /// - Parameter strokes: The points through which each stroke passes, x to the right and y down, in any unit in which
  ///   a digit is much larger than 2; a smaller drawing is not enlarged to full size.
  /// - Returns: The pixels, row by row.
  package static func drawn(_ strokes: [[SIMD2<Float>]]) -> ContiguousArray<UInt8> {
    let points = strokes.joined()
    guard let first = points.first else { return ContiguousArray(repeating: 0, count: side * side) }
    let low = points.reduce(first) { pointwiseMin($0, $1) }
    let extent = points.reduce(first) { pointwiseMax($0, $1) } - low
    let radius: Float = 1.3
    let scale = (19 - 2 * radius) / max(extent.x, extent.y, 2)
    var path: [PathPoint] = []
    for stroke in strokes {
      let stroke = stroke.count == 1 ? stroke + stroke : stroke
      for (index, point) in stroke.enumerated() {
        path.append(PathPoint(position: (point - low) * scale, radius: radius, startsStroke: index == 0))
      }
    }
    var mass: Float = 0
    var moment = SIMD2<Float>(0, 0)
    for i in path.indices.dropFirst() where !path[i].startsStroke {
      let step = path[i].position - path[i - 1].position
      let length = (step * step).sum().squareRoot() + 0.001  // a dot has a mass, too
      mass += length
      moment += (path[i - 1].position + path[i].position) * (length * 0.5)
    }
    var pixels: ContiguousArray<UInt8> = []
    var renderer = StrokeRenderer(side: side)
    renderer.draw(path, offset: -(moment / mass), into: &pixels)
    return pixels
  }
}
