import Platform

/// How one image is moved: first turned about its middle, then shifted.
package struct AffineJitter: Hashable, Sendable {
  /// How far down, in pixels.
  package let down: Float
  /// How far to the right, in pixels.
  package let right: Float
  /// How far counterclockwise, in degrees.
  package let angle: Float

  /// Creates a movement.
  package init(down: Float = 0, right: Float = 0, angle: Float = 0) {
    (self.down, self.right, self.angle) = (down, right, angle)
  }

  /// Writes the moved image.
  ///
  /// `padded` is the image with a border of zeros, one pixel wide: `(rows + 2) × (columns + 2)` floats. Each pixel
  /// of the result is asked where it comes from, and takes its value from the four pixels around that point, each
  /// by its nearness; those outside count as 0.
  func move(
    _ padded: UnsafeBufferPointer<Float>, into moved: UnsafeMutableBufferPointer<Float>, rows: Int,
    columns: Int
  ) {
    // In double precision, then rounded: the C libraries' last bits, which differ, hardly ever reach the result.
    let radians = Double(angle) * (.pi / 180)
    let (cosine, sine) = (Float(cos(radians)), Float(sin(radians)))
    let (middleRow, middleColumn) = (Float(rows - 1) / 2, Float(columns - 1) / 2)
    let width = columns + 2
    for row in 0..<rows {
      let y = Float(row) - middleRow - down
      for column in 0..<columns {
        let x = Float(column) - middleColumn - right
        // Rows count downwards, so the inverse of a turn to the left has its signs like this.
        let sourceRow = sine * x + cosine * y + (middleRow + 1)
        let sourceColumn = cosine * x - sine * y + (middleColumn + 1)
        guard
          sourceRow >= 0, sourceRow < Float(rows + 1), sourceColumn >= 0, sourceColumn < Float(columns + 1)
        else {
          moved[row * columns + column] = 0
          continue
        }
        // Not negative, so that cutting off the fraction rounds down.
        let (top, left) = (Int(sourceRow), Int(sourceColumn))
        let (below, beside) = (sourceRow - Float(top), sourceColumn - Float(left))
        let corner = top * width + left
        let upper = padded[corner] * (1 - beside) + padded[corner + 1] * beside
        let lower = padded[corner + width] * (1 - beside) + padded[corner + width + 1] * beside
        moved[row * columns + column] = upper * (1 - below) + lower * below
      }
    }
  }
}
