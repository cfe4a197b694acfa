import Support

/// Handwritten digits made by program, so that a lesson needs no download.
///
/// Strokes are bent, slanted, stretched and drawn with a pen of varying width into images like MNIST's:
/// 28×28 pixels, the digit at most 20 pixels tall, its ink's centre of mass near the middle. A seed gives
/// the same bytes on every platform.
public enum Digits {
  /// The height and width of an image in pixels.
  public static let side = 28

  /// The first `count` images of a seed's endless sequence.
  ///
  /// Image *i* depends on the seed and *i* alone: fewer images are a prefix of more. For test images that
  /// no training image equals, use another seed or `generated(_:seed:)` with another range.
  public static func generated(count: Int, seed: UInt64 = 1) -> LabeledImages {
    require(count >= 0, "a count of digits cannot be negative; got \(count)")
    return generated(0..<count, seed: seed)
  }

  /// The first `count` images of a sequence whose seed comes from `generator`.
  public static func generated(count: Int, using generator: inout SeededGenerator) -> LabeledImages {
    generated(count: count, seed: generator.next())
  }

  /// The images at a range of positions in a seed's endless sequence.
  public static func generated(_ positions: Range<Int>, seed: UInt64) -> LabeledImages {
    require(positions.lowerBound >= 0, "positions of digits start at 0; got \(positions)")
    var pixels: ContiguousArray<UInt8> = []
    var labels: [UInt8] = []
    pixels.reserveCapacity(positions.count * side * side)
    labels.reserveCapacity(positions.count)
    var pen = StrokeRenderer(side: side)
    var path: [PathPoint] = []
    var seeds = SeededGenerator(seed: seed)
    let base = seeds.next()
    for position in positions {
      var generator = SeededGenerator(seed: base &+ UInt64(position) &* 0xD134_2543_DE82_EF95)
      let label = generator.below(10)
      let variants = DigitStrokes.variants[label]
      let strokes = variants[generator.below(variants.count)]
      let handwriting = StrokeStyle(using: &generator)
      handwriting.write(strokes, into: &path, using: &generator)
      let offset = SIMD2(generator.uniform(-1, 1), generator.uniform(-1, 1))
      pen.draw(path, offset: offset, into: &pixels)
      labels.append(UInt8(label))
    }
    return LabeledImages(rows: side, columns: side, pixels: pixels, labels: labels)
  }
}
