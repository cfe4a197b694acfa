import Support

/// The style of one digit: its slant, proportions, unsteadiness and line width.
///
/// Only additions, multiplications, divisions and square roots are used, which IEEE 754 rounds alike everywhere; the
/// C library's sine or exponential differs between platforms.
struct StrokeStyle {
  private let elastic: [SIMD2<Float>]
  private let affine: (column0: SIMD2<Float>, column1: SIMD2<Float>)
  private let unsteadiness: Float
  private let lineRadius: Float
  private let radiusVariation: Float
  private let size: Float
  private let endVariation: Float = 0.14

  /// Draws a style at random.
  init(using generator: inout SeededGenerator) {
    // Most digits are careful, a few careless.
    let care = generator.uniform()
    let carelessness = 0.6 + 0.65 * care * care
    unsteadiness = 0.024 * carelessness
    elastic = (0..<6).map { _ in
      SIMD2(generator.bell(), generator.bell()) * (0.072 * carelessness)
    }
    affine = Self.drawAffine(carelessness, using: &generator)
    let width = generator.uniform()
    lineRadius = 0.9 + 1.1 * width * (0.5 + 0.5 * generator.uniform())
    radiusVariation = 0.22 * generator.uniform()
    size = generator.uniform(18.2, 20)
  }

  /// Draws the affine map: a rotation, a slant and a stretch, as the two columns of a matrix.
  private static func drawAffine(
    _ carelessness: Float, using generator: inout SeededGenerator
  ) -> (SIMD2<Float>, SIMD2<Float>) {
    // t is the tangent of half the angle: sine and cosine are rational functions of it.
    let t = 0.085 * carelessness * generator.bell()
    let cosine = (1 - t * t) / (1 + t * t)
    let sine = 2 * t / (1 + t * t)
    let slant = min(0.7, max(-0.35, 0.16 + 0.25 * generator.bell()))
    let stretch = min(1.6, max(0.7, 1.08 + 0.2 * generator.bell()))
    let column0 = SIMD2(cosine, sine) * stretch
    let column1 = SIMD2(-sine - slant * cosine, cosine - slant * sine)
    return (column0, column1)
  }

  /// Replaces `path` by that of a digit's strokes, in pixels, its centre of mass at (0, 0).
  func trace(_ strokes: [Stroke], into path: inout [PathPoint], using generator: inout SeededGenerator) {
    path.removeAll(keepingCapacity: true)
    var points: [SIMD2<Float>] = []
    var radii: [Float] = []
    for stroke in strokes {
      points.removeAll(keepingCapacity: true)
      radii.removeAll(keepingCapacity: true)
      for point in stretchingEnds(of: stroke, using: &generator) {
        let shaken = point + unsteadiness * SIMD2(generator.bell(), generator.bell())
        points.append(distorted(shaken))
        radii.append(lineRadius * max(0.45, 1 + radiusVariation * generator.bell()))
      }
      Self.appendCurve(through: points, stroke.isCorner, radii, to: &path)
    }
    fit(&path)
  }

  /// The stroke's points with the first and the last moved in or out, which varies the length of its ends.
  private func stretchingEnds(
    of stroke: Stroke, using generator: inout SeededGenerator
  ) -> [SIMD2<Float>] {
    var points = stroke.points
    let last = points.count - 1
    points[0] += (points[0] - points[1]) * (endVariation * generator.bell())
    points[last] += (points[last] - points[last - 1]) * (endVariation * generator.bell())
    return points
  }

  /// Applies a smooth distortion, a polynomial of degree 3, then the affine map.
  private func distorted(_ point: SIMD2<Float>) -> SIMD2<Float> {
    let x = 2 * point.x - 0.6
    let y = 2 * point.y - 1
    let terms = [x * x, x * y, y * y, x * x * y, x * y * y, y * y * y]
    var bent = point
    for (term, strength) in zip(terms, elastic) { bent += strength * term }
    return affine.column0 * bent.x + affine.column1 * bent.y
  }

  /// Appends a Catmull–Rom curve through the points, cut into short straight segments.
  private static func appendCurve(
    through points: [SIMD2<Float>], _ isCorner: [Bool], _ radii: [Float], to path: inout [PathPoint]
  ) {
    path.append(PathPoint(position: points[0], radius: radii[0], startsStroke: true))
    let segments = 5
    for i in 0..<points.count - 1 {
      let (from, to) = (points[i], points[i + 1])
      let (isStart, isEnd) = (i == 0 || isCorner[i], i + 2 == points.count || isCorner[i + 1])
      let leaving: SIMD2<Float> = isStart ? to - from : (to - points[i - 1]) * 0.5
      let arriving: SIMD2<Float> = isEnd ? to - from : (points[i + 2] - from) * 0.5
      for segment in 1...segments {
        let t = Float(segment) / Float(segments)
        let rest = 1 - t
        // Hermite's form of the cubic.
        let fromShare: Float = (1 + 2 * t) * rest * rest
        let toShare: Float = t * t * (3 - 2 * t)
        var position = from * fromShare + to * toShare
        position += leaving * (t * rest * rest) - arriving * (t * t * rest)
        path.append(
          PathPoint(position: position, radius: radii[i] * rest + radii[i + 1] * t, startsStroke: false))
      }
    }
  }

  /// Scales the path so that its longer side is `size`, line width included, and centres its mass at (0, 0).
  private func fit(_ path: inout [PathPoint]) {
    var low = path[0].position
    var high = low
    for point in path {
      low = pointwiseMin(low, point.position)
      high = pointwiseMax(high, point.position)
    }
    let extent = high - low
    let scale = (size - 2 * lineRadius) / max(extent.x, extent.y)
    var mass: Float = 0
    var moment = SIMD2<Float>(0, 0)
    for i in path.indices {
      path[i].position *= scale
      guard !path[i].startsStroke else { continue }
      let step = path[i].position - path[i - 1].position
      let area = (step * step).sum().squareRoot() * path[i].radius
      mass += area
      moment += (path[i].position + path[i - 1].position) * (area * 0.5)
    }
    let center = moment / mass
    for i in path.indices { path[i].position -= center }
  }
}

extension SeededGenerator {
  /// A bell-shaped deviate of mean 0 and standard deviation 1 within ±3.5, computed from integers.
  ///
  /// It is the sum of four uniform 16-bit numbers, whose variance is 4 · (2³² − 1) / 12.
  fileprivate mutating func bell() -> Float {
    let bits = next()
    let low = Int32(bits & 0xFFFF) + Int32(bits >> 16 & 0xFFFF)
    let sum = low + Int32(bits >> 32 & 0xFFFF) + Int32(bits >> 48)
    return Float(sum - 131_070) / 37_837
  }
}

/// A point of a path, in units of the digit's height and then in pixels.
struct PathPoint {
  /// The position, x to the right and y down.
  var position: SIMD2<Float>
  /// Half the width of the line at the point.
  var radius: Float
  /// True at the beginning of a stroke: no line leads from the previous point to this one.
  let startsStroke: Bool
}
