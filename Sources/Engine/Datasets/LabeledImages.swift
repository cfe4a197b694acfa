import Support

/// Grey images of one size, each with the class it belongs to: 255 is ink, 0 is paper.
///
/// Pixels lie row by row, image after image; `floats(of:)` turns them into a network's input, one channel
/// deep, so the same numbers read as `[count, rows, columns, 1]` (NHWC) or as `[count, rows × columns]`.
public struct LabeledImages: Hashable, Sendable {
  /// The height of an image in pixels.
  public let rows: Int
  /// The width of an image in pixels.
  public let columns: Int
  /// The pixels of all images: `count × rows × columns` bytes.
  public let pixels: ContiguousArray<UInt8>
  /// The class of each image, from 0.
  public let labels: [UInt8]

  /// Creates a set of images; `pixels` must hold `rows × columns` bytes for each of the `labels`.
  public init(rows: Int, columns: Int, pixels: ContiguousArray<UInt8>, labels: [UInt8]) {
    require(
      rows > 0 && columns > 0,
      "an image needs at least one row and one column; got \(rows) rows, \(columns) columns")
    require(
      pixels.count == labels.count * rows * columns,
      "\(labels.count) images of \(rows)×\(columns) need \(labels.count * rows * columns) pixels; "
        + "got \(pixels.count)")
    (self.rows, self.columns, self.pixels, self.labels) = (rows, columns, pixels, labels)
  }

  /// How many images there are.
  public var count: Int { labels.count }

  /// How many pixels one image has.
  public var pixelsPerImage: Int { rows * columns }

  /// All images as floats from 0 (paper) to 1 (ink).
  public func floats() -> [Float] { floats(of: 0..<count) }

  /// The images at some indices, in that order, as floats from 0 (paper) to 1 (ink).
  public func floats(of indices: some Collection<Int>) -> [Float] { floats(of: indices, movedBy: nil) }

  /// The images at some indices, in that order, each moved at random: other movements for each call.
  ///
  /// One number is drawn from `generator`, which then decides all the movements.
  public func floats(
    of indices: some Collection<Int>, augmentedBy augmentation: Augmentation,
    using generator: inout SeededGenerator
  ) -> [Float] {
    let own = SeededGenerator(seed: generator.next())
    return floats(of: indices, movedBy: { place in augmentation.movement(at: place, in: own) })
  }

  /// Each byte as a float: a table, since dividing again for every pixel of a batch takes longer.
  private static let floatOfByte: ContiguousArray<Float> = ContiguousArray((0...255).map { Float($0) / 255 })

  /// The images at some indices as floats, each moved as `movement` says for its place in the collection.
  package func floats(of indices: some Collection<Int>, movedBy movement: ((Int) -> AffineJitter)?) -> [Float]
  {
    // Plain arrays and pointers from here on: a generic loop would be slow when called from another module.
    let firsts = indices.map(firstPixel)
    let size = pixelsPerImage
    var padded = ContiguousArray<Float>(repeating: 0, count: movement == nil ? 0 : (rows + 2) * (columns + 2))
    return [Float](unsafeUninitializedCapacity: firsts.count * size) { floats, count in
      for (place, first) in firsts.enumerated() {
        let image = UnsafeMutableBufferPointer(rebasing: floats[place * size..<(place + 1) * size])
        if let movement {
          padded.withUnsafeMutableBufferPointer { padded in
            for row in 0..<rows {
              let begin = (row + 1) * (columns + 2) + 1
              let line = UnsafeMutableBufferPointer(rebasing: padded[begin..<begin + columns])
              convert(from: first + row * columns, into: line)
            }
            movement(place).move(UnsafeBufferPointer(padded), into: image, rows: rows, columns: columns)
          }
        } else {
          convert(from: first, into: image)
        }
      }
      count = firsts.count * size
    }
  }

  /// Turns as many pixels as there is room for into floats.
  private func convert(from first: Int, into floats: UnsafeMutableBufferPointer<Float>) {
    Self.floatOfByte.withUnsafeBufferPointer { floatOfByte in
      pixels.withUnsafeBufferPointer { pixels in
        for position in floats.indices { floats[position] = floatOfByte[Int(pixels[first + position])] }
      }
    }
  }

  /// The bytes of one image, row by row.
  public func bytes(of index: Int) -> [UInt8] {
    let first = firstPixel(of: index)
    return Array(pixels[first..<first + pixelsPerImage])
  }

  /// The classes of the images at some indices, in that order, as plain integers.
  public func labels(of indices: some Collection<Int>) -> [Int] {
    indices.map { index in
      checkIndex(index)
      return Int(labels[index])
    }
  }

  /// The images at some indices, in that order, as a set of their own.
  public func selecting(_ indices: some Collection<Int>) -> LabeledImages {
    var chosenPixels: ContiguousArray<UInt8> = []
    var chosenLabels: [UInt8] = []
    chosenPixels.reserveCapacity(indices.count * pixelsPerImage)
    chosenLabels.reserveCapacity(indices.count)
    for index in indices {
      let first = firstPixel(of: index)
      chosenPixels.append(contentsOf: pixels[first..<first + pixelsPerImage])
      chosenLabels.append(labels[index])
    }
    return LabeledImages(rows: rows, columns: columns, pixels: chosenPixels, labels: chosenLabels)
  }

  private func firstPixel(of index: Int) -> Int {
    checkIndex(index)
    return index * pixelsPerImage
  }

  private func checkIndex(_ index: Int) {
    require(
      index >= 0 && index < count, "there is no image \(index): a set of \(count) has images 0..<\(count)")
  }
}
