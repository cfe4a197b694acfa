import Support

/// A generator of digits that are drawn as a hand would, so that a lesson needs no download.
///
/// Strokes are bent, slanted, stretched and drawn with a varying width into images like MNIST's: 28×28 pixels, the
/// digit at most 20 pixels tall, its centre of mass near the image's centre. A seed gives the same bytes on every
/// platform.
public enum Digits {
  /// The height and width of an image in pixels.
  public static let side = 28

  /// The first `count` images of a seed's endless sequence.
  ///
  /// Image *i* depends only on the seed and *i*: fewer images are a prefix of more. Test images that differ from all
  /// training images come from another seed, or from ``generated(_:seed:)`` with another range.
  public static func generated(count: Int, seed: UInt64 = 1) -> LabeledImages {
    require(count >= 0, "a count of digits cannot be negative; got \(count)")
    return generated(0..<count, seed: seed)
  }

  /// The first `count` images of a sequence whose seed is drawn from `generator`.
  public static func generated(count: Int, using generator: inout SeededGenerator) -> LabeledImages {
    generated(count: count, seed: generator.next())
  }

  /// The images at a range of indices in a seed's endless sequence.
  public static func generated(_ indices: Range<Int>, seed: UInt64) -> LabeledImages {
    require(indices.lowerBound >= 0, "positions of digits start at 0; got \(indices)")
    var pixels: ContiguousArray<UInt8> = []
    var labels: [UInt8] = []
    pixels.reserveCapacity(indices.count * side * side)
    labels.reserveCapacity(indices.count)
    var renderer = StrokeRenderer(side: side)
    var path: [PathPoint] = []
    var seeds = SeededGenerator(seed: seed)
    let base = seeds.next()
    for index in indices {
      var generator = SeededGenerator(seed: base &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
      let label = generator.below(10)
      let variants = DigitStrokes.variants[label]
      let strokes = variants[generator.below(variants.count)]
      let style = StrokeStyle(using: &generator)
      style.trace(strokes, into: &path, using: &generator)
      let offset = SIMD2(generator.uniform(-1, 1), generator.uniform(-1, 1))
      renderer.draw(path, offset: offset, into: &pixels)
      labels.append(UInt8(label))
    }
    return LabeledImages(rows: side, columns: side, pixels: pixels, labels: labels)
  }
}

/// A renderer of paths into square grey images with soft edges.
struct StrokeRenderer {
  /// The side of the image in pixels.
  let side: Int
  /// How much of each pixel the foreground covers, from 0 to 1.
  private var coverage: [Float]

  /// Creates a renderer of images of `side × side` pixels.
  init(side: Int) {
    self.side = side
    coverage = [Float](repeating: 0, count: side * side)
  }

  /// Draws a path whose origin is `offset` away from the image's centre, and appends the image's bytes.
  mutating func draw(_ path: [PathPoint], offset: SIMD2<Float>, into pixels: inout ContiguousArray<UInt8>) {
    for index in coverage.indices { coverage[index] = 0 }
    let center = SIMD2(repeating: Float(side - 1) / 2) + offset
    for i in path.indices.dropFirst() where !path[i].startsStroke {
      drawSegment(
        from: path[i - 1].position + center, to: path[i].position + center, path[i - 1].radius, path[i].radius
      )
    }
    for value in coverage { pixels.append(UInt8(value * 255 + 0.5)) }
  }

  /// Covers the pixels near a straight segment; where segments overlap, the larger coverage counts.
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
        let covered = min(1, max(0, (radius - distance) * (0.5 / softness) + 0.5))
        let index = row * side + column
        coverage[index] = max(coverage[index], covered)
      }
    }
  }
}
