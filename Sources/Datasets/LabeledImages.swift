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
  public func floats(of indices: some Collection<Int>) -> [Float] {
    var floats: [Float] = []
    floats.reserveCapacity(indices.count * pixelsPerImage)
    for index in indices {
      let first = firstPixel(of: index)
      for position in first..<first + pixelsPerImage { floats.append(Float(pixels[position]) / 255) }
    }
    return floats
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
