import Datasets
import Support
import TestSupport
import Testing

@Suite struct AugmentationTests {
  /// A square image of different pixels, none of them background: (row, column) is 10 · row + column + 1.
  private static func square(_ side: Int) -> LabeledImages {
    let pixels = (0..<side * side).map { UInt8(10 * ($0 / side) + $0 % side + 1) }
    return LabeledImages(rows: side, columns: side, pixels: ContiguousArray(pixels), labels: [0])
  }

  private static func transformed(_ image: LabeledImages, _ jitter: AffineJitter) -> [Float] {
    image.floats(of: [0], jitteredBy: { _ in jitter })
  }

  @Test(arguments: -3...3, -3...3) func `a translation by whole pixels is exact`(_ down: Int, _ right: Int) {
    let image = Self.square(6)
    let transformed = Self.transformed(image, AffineJitter(down: Float(down), right: Float(right)))
    let pixels = image.floats()
    for row in 0..<6 {
      for column in 0..<6 {
        let (r, c) = (row - down, column - right)
        let isInside = (0..<6).contains(r) && (0..<6).contains(c)
        #expect(transformed[6 * row + column] == (isInside ? pixels[6 * r + c] : 0))
      }
    }
  }

  /// Counterclockwise by 90°, the right column becomes the top row: (row, column) comes from (column, last − row).
  @Test(arguments: [4, 5, 28], [(90, 1), (180, 2), (270, 3), (-90, 3), (360, 4)])
  func `a rotation by quarter turns is exact`(_ side: Int, _ rotation: (angle: Int, quarters: Int)) {
    let image = side == 28 ? Digits.generated(count: 1) : Self.square(side)
    var expected = image.floats()
    for _ in 0..<rotation.quarters {
      let before = expected
      for index in expected.indices {
        let (row, column) = (index / side, index % side)
        expected[index] = before[side * column + (side - 1 - row)]
      }
    }
    #expect(Self.transformed(image, AffineJitter(angle: Float(rotation.angle))) == expected)
  }

  @Test func `a translation by half a pixel gives the mean of two pixels`() {
    let image = LabeledImages(rows: 1, columns: 3, pixels: [0, 255, 51], labels: [0])
    // Each pixel is the mean of itself and its left neighbour, background before the first; 51 / 255 = 0.2.
    #expect(Self.transformed(image, AffineJitter(right: 0.5)) == [0, 0.5, 0.6])
    // Up by a quarter: three quarters of each remain; the row below is background.
    #expect(Self.transformed(image, AffineJitter(down: -0.25)) == [0, 0.75, 0.75 * (51.0 / 255)])
  }

  /// Interpolated values lie between the interpolated pixels.
  @Test func `transformed pixels stay between background and foreground`() {
    let image = LabeledImages(
      rows: 9, columns: 9, pixels: .init(repeating: 255, count: 81), labels: [0])
    for angle in stride(from: Float(-180), through: 180, by: 7) {
      let transformed = Self.transformed(image, AffineJitter(down: 0.3, right: -1.7, angle: angle))
      #expect(transformed.allSatisfy { $0 >= 0 && $0 <= 1.000_000_2 })
    }
  }

  /// The centre of mass goes where the transform sends it.
  @Test func `a small rotation and translation move the centre of mass as requested`() {
    var pixels = ContiguousArray<UInt8>(repeating: 0, count: 28 * 28)
    // A spot 8 pixels to the right of the middle (13.5, 13.5), four pixels wide.
    for (row, column) in [(13, 21), (13, 22), (14, 21), (14, 22)] { pixels[28 * row + column] = 255 }
    let image = LabeledImages(rows: 28, columns: 28, pixels: pixels, labels: [0])
    let transformed = Self.transformed(image, AffineJitter(down: 1.25, right: -2.5, angle: 30))
    let mass = transformed.reduce(0, +)
    let row = transformed.indices.reduce(Float(0)) { $0 + Float($1 / 28) * transformed[$1] } / mass
    let column = transformed.indices.reduce(Float(0)) { $0 + Float($1 % 28) * transformed[$1] } / mass
    // Rotated counterclockwise by 30°, 8 to the right becomes 8 · cos 30° = 6.928 to the right and 4 up. The centre of
    // what is interpolated is off by the sampling of the spot's edges, less than a tenth of a pixel.
    #expect(abs(row - (13.5 - 4 + 1.25)) < 0.1)
    #expect(abs(column - (13.5 + 6.928 - 2.5)) < 0.1)
  }

  @Test func `random jitters keep to their limits and fill them`() {
    let augmentation = Augmentation(shift: 2, rotation: 10)
    let generator = SeededGenerator(seed: 3)
    let jitters = (0..<2000).map { augmentation.jitter(at: $0, in: generator) }
    for values in [
      jitters.map { $0.down / 2 }, jitters.map { $0.right / 2 }, jitters.map { $0.angle / 10 },
    ] {
      #expect(values.allSatisfy { abs($0) <= 1 })
      // Of 2000 even draws, none in a given twentieth of the range: 0.95^2000 = 3·10⁻⁴⁵.
      #expect(values.contains { $0 > 0.9 } && values.contains { $0 < -0.9 })
      // The mean of 2000 even draws from −1 to 1 has the deviation 1 / √(3 · 2000) = 0.013.
      #expect(abs(values.reduce(0, +) / 2000) < 0.06)
    }
    #expect(Set(jitters).count == 2000)
  }

  @Test func `one limit of an augmentation does not change the draws of the other`() {
    let generator = SeededGenerator(seed: 3)
    let both = Augmentation(shift: 2, rotation: 10).jitter(at: 7, in: generator)
    #expect(
      Augmentation(shift: 2).jitter(at: 7, in: generator)
        == AffineJitter(down: both.down, right: both.right))
    #expect(Augmentation(rotation: 10).jitter(at: 7, in: generator) == AffineJitter(angle: both.angle))
  }

  @Test(arguments: [Float(-1), .nan, .infinity].map(\.bitPattern))
  func `an augmentation with a senseless shift is refused`(_ bits: UInt32) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [bits] in
      _ = Augmentation(shift: Float(bitPattern: bits))
    }
    #expect(
      standardError(of: result).contains(
        "a shift is a number of pixels from 0; got \(Float(bitPattern: bits))"))
  }

  @Test(arguments: [Float(-1), 181, .nan].map(\.bitPattern))
  func `an augmentation with a senseless rotation is refused`(_ bits: UInt32) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [bits] in
      _ = Augmentation(rotation: Float(bitPattern: bits))
    }
    #expect(
      standardError(of: result).contains(
        "a rotation is a number of degrees from 0 to 180; got \(Float(bitPattern: bits))"))
  }
}
