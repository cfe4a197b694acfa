/// Draws a pen's path into a square grey image with soft edges.
struct StrokeRenderer {
  /// The side of the image in pixels.
  let side: Int
  private var ink: [Float]

  /// Creates a pen over blank paper.
  init(side: Int) {
    self.side = side
    ink = [Float](repeating: 0, count: side * side)
  }

  /// Draws the path, (0, 0) in the middle of the image, and appends the image's bytes: 255 is ink.
  mutating func draw(_ path: [PathPoint], offset: SIMD2<Float>, into pixels: inout ContiguousArray<UInt8>) {
    for position in ink.indices { ink[position] = 0 }
    let middle = SIMD2(repeating: Float(side - 1) / 2) + offset
    for i in path.indices.dropFirst() where !path[i].startsStroke {
      drawSegment(
        from: path[i - 1].position + middle, to: path[i].position + middle, path[i - 1].radius, path[i].radius
      )
    }
    for value in ink { pixels.append(UInt8(value * 255 + 0.5)) }
  }

  /// Darkens the pixels near a straight piece; where pieces overlap, the darker one counts.
  private mutating func drawSegment(from: SIMD2<Float>, to: SIMD2<Float>, _ radius0: Float, _ radius1: Float)
  {
    let softness: Float = 0.65
    let reach = max(radius0, radius1) + softness
    let low = pointwiseMin(from, to) - reach
    let high = pointwiseMax(from, to) + reach
    let (left, right) = (max(0, Int(low.x)), min(side - 1, Int(high.x)))
    let (top, bottom) = (max(0, Int(low.y)), min(side - 1, Int(high.y)))
    guard left <= right, top <= bottom else { return }
    let along = to - from
    let inverseLength = 1 / max((along * along).sum(), 1e-6)
    for row in top...bottom {
      for column in left...right {
        let away = SIMD2(Float(column), Float(row)) - from
        let t = min(1, max(0, (away * along).sum() * inverseLength))
        let gap = away - along * t
        let distance = (gap * gap).sum().squareRoot()
        let radius = radius0 + (radius1 - radius0) * t
        let coverage = min(1, max(0, (radius - distance) * (0.5 / softness) + 0.5))
        let position = row * side + column
        ink[position] = max(ink[position], coverage)
      }
    }
  }
}
