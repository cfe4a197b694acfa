import Platform
import Support

/// Random translations and rotations that make new training images: a digit translated and rotated a little keeps
/// its class.
///
/// Pixels are interpolated bilinearly; those from outside the image are 0, the background.
public struct Augmentation: Hashable, Sendable {
  /// The largest translation up, down and to either side, in pixels; fractions of a pixel occur.
  public let shift: Float
  /// The largest rotation about the image's centre in either direction, in degrees.
  public let rotation: Float

  /// Creates an augmentation; `shift` is 0 or more, and `rotation` is 0 to 180.
  public init(shift: Float = 0, rotation: Float = 0) {
    require(
      shift >= 0 && shift.isFinite, "a shift is a number of pixels from 0; got \(shift)")
    require(
      rotation >= 0 && rotation <= 180, "a rotation is a number of degrees from 0 to 180; got \(rotation)")
    (self.shift, self.rotation) = (shift, rotation)
  }

  /// The jitter of the image at an index of an epoch; it depends only on the index and the epoch's generator.
  package func jitter(at index: Int, in generator: SeededGenerator) -> AffineJitter {
    var epoch = generator
    // The multiplier keeps the seeds of neighbouring indices apart.
    var own = SeededGenerator(seed: epoch.next() &+ UInt64(index) &* 0xD134_2543_DE82_EF95)
    // All three are always drawn, so that changing one limit leaves the other draws as they were.
    let (down, right) = (own.uniform(-1, 1) * shift, own.uniform(-1, 1) * shift)
    return AffineJitter(down: down, right: right, angle: own.uniform(-1, 1) * rotation)
  }
}

/// The transform of one image: a rotation about its centre, then a translation.
package struct AffineJitter: Hashable, Sendable {
  /// The translation down, in pixels.
  package let down: Float
  /// The translation to the right, in pixels.
  package let right: Float
  /// The angle of the rotation, counterclockwise, in degrees.
  package let angle: Float

  /// Creates a transform.
  package init(down: Float = 0, right: Float = 0, angle: Float = 0) {
    (self.down, self.right, self.angle) = (down, right, angle)
  }

  /// Writes the transformed image.
  ///
  /// Each pixel of the result is mapped back to a point of the image and interpolated bilinearly from the four pixels
  /// around that point; pixels outside the image count as 0.
  ///
  /// - Parameters:
  ///   - padded: The image with a border of zeros, one pixel wide: `(rows + 2) × (columns + 2)` floats.
  ///   - result: The memory of the transformed image: `rows × columns` floats.
  ///   - rows: The height of the image.
  ///   - columns: The width of the image.
  func apply(
    to padded: UnsafeBufferPointer<Float>, into result: UnsafeMutableBufferPointer<Float>, rows: Int,
    columns: Int
  ) {
    // In double precision, then rounded: the C libraries' last bits, which differ, hardly ever reach the result.
    let radians = Double(angle) * (.pi / 180)
    let (cosine, sine) = (Float(cos(radians)), Float(sin(radians)))
    let (centerRow, centerColumn) = (Float(rows - 1) / 2, Float(columns - 1) / 2)
    let width = columns + 2
    for row in 0..<rows {
      let y = Float(row) - centerRow - down
      for column in 0..<columns {
        let x = Float(column) - centerColumn - right
        // Rows count downwards, which gives the inverse of a counterclockwise rotation these signs.
        let sourceRow = sine * x + cosine * y + (centerRow + 1)
        let sourceColumn = cosine * x - sine * y + (centerColumn + 1)
        guard
          sourceRow >= 0, sourceRow < Float(rows + 1), sourceColumn >= 0, sourceColumn < Float(columns + 1)
        else {
          result[row * columns + column] = 0
          continue
        }
        // They are not negative, so that cutting off the fraction rounds down.
        let (top, left) = (Int(sourceRow), Int(sourceColumn))
        let (below, beside) = (sourceRow - Float(top), sourceColumn - Float(left))
        let corner = top * width + left
        let upper = padded[corner] * (1 - beside) + padded[corner + 1] * beside
        let lower = padded[corner + width] * (1 - beside) + padded[corner + width + 1] * beside
        result[row * columns + column] = upper * (1 - below) + lower * below
      }
    }
  }
}

/// The memory in which images of one size are transformed, channel by channel.
struct JitterFrame {
  private let rows: Int
  private let columns: Int
  private let channels: Int
  /// One channel of an image with a border of zeros, one pixel wide.
  private var padded: ContiguousArray<Float>
  /// The same channel, transformed; the only channel is transformed into its place.
  private var plane: ContiguousArray<Float>

  init(of images: LabeledImages, isUsed: Bool) {
    (rows, columns, channels) = (images.rows, images.columns, images.channels)
    padded = ContiguousArray(repeating: 0, count: isUsed ? (rows + 2) * (columns + 2) : 0)
    plane = ContiguousArray(repeating: 0, count: isUsed && channels > 1 ? rows * columns : 0)
  }

  /// Transforms an image of `rows × columns × channels` floats in its place.
  mutating func apply(_ jitter: AffineJitter, to image: UnsafeMutableBufferPointer<Float>) {
    padded.withUnsafeMutableBufferPointer { padded in
      plane.withUnsafeMutableBufferPointer { plane in
        for channel in 0..<channels {
          for row in 0..<rows {
            let begin = (row + 1) * (columns + 2) + 1
            for column in 0..<columns {
              padded[begin + column] = image[(row * columns + column) * channels + channel]
            }
          }
          let result = channels == 1 ? image : plane
          jitter.apply(to: UnsafeBufferPointer(padded), into: result, rows: rows, columns: columns)
          guard channels > 1 else { return }
          for pixel in 0..<rows * columns { image[pixel * channels + channel] = plane[pixel] }
        }
      }
    }
  }
}
