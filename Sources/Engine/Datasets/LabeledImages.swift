import Support

/// Grey images of one size with their classes: 255 is the foreground, 0 the background.
///
/// Pixels are stored row by row, image after image. ``floats(of:)`` turns them into a network's input with one
/// channel: the same numbers are `[count, rows, columns, 1]` (NHWC) or `[count, rows × columns]`.
public struct LabeledImages: Hashable, Sendable {
  /// The height of an image in pixels.
  public let rows: Int
  /// The width of an image in pixels.
  public let columns: Int
  /// The pixels of all images: `count × rows × columns` bytes.
  public let pixels: ContiguousArray<UInt8>
  /// The class of each image, from 0.
  public let labels: [UInt8]

  /// Creates a set of images.
  ///
  /// - Parameters:
  ///   - rows: The height of an image in pixels, above 0.
  ///   - columns: The width of an image in pixels, above 0.
  ///   - pixels: The pixels of all images, `rows × columns` bytes for each label.
  ///   - labels: The class of each image, from 0.
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

  /// The number of images.
  public var count: Int { labels.count }

  /// The number of pixels of one image.
  public var pixelsPerImage: Int { rows * columns }

  /// All images as floats from 0 (background) to 1 (foreground).
  public func floats() -> [Float] { floats(of: 0..<count) }

  /// The images at `indices`, in that order, as floats from 0 (background) to 1 (foreground).
  public func floats(of indices: some Collection<Int>) -> [Float] { floats(of: indices, jitteredBy: nil) }

  /// The images at `indices`, in that order, as floats, each transformed at random and differently in each call.
  ///
  /// One number is drawn from `generator`; it determines all transforms.
  public func floats(
    of indices: some Collection<Int>, augmentedBy augmentation: Augmentation,
    using generator: inout SeededGenerator
  ) -> [Float] {
    let own = SeededGenerator(seed: generator.next())
    return floats(of: indices, jitteredBy: { index in augmentation.jitter(at: index, in: own) })
  }

  /// The float of each byte; the table is faster than a division for every pixel.
  private static let floatOfByte: ContiguousArray<Float> = ContiguousArray((0...255).map { Float($0) / 255 })

  /// The images at `indices` as floats, each transformed by the jitter of its index in the collection.
  package func floats(
    of indices: some Collection<Int>, jitteredBy jitter: ((Int) -> AffineJitter)?
  ) -> [Float] {
    // Only plain arrays and pointers below: a generic loop would be slow when called from another module.
    let firsts = indices.map(firstPixel)
    let size = pixelsPerImage
    var padded = ContiguousArray<Float>(repeating: 0, count: jitter == nil ? 0 : (rows + 2) * (columns + 2))
    return [Float](unsafeUninitializedCapacity: firsts.count * size) { floats, count in
      for (index, first) in firsts.enumerated() {
        let image = UnsafeMutableBufferPointer(rebasing: floats[index * size..<(index + 1) * size])
        if let jitter {
          padded.withUnsafeMutableBufferPointer { padded in
            for row in 0..<rows {
              let begin = (row + 1) * (columns + 2) + 1
              let line = UnsafeMutableBufferPointer(rebasing: padded[begin..<begin + columns])
              convert(from: first + row * columns, into: line)
            }
            jitter(index).apply(to: UnsafeBufferPointer(padded), into: image, rows: rows, columns: columns)
          }
        } else {
          convert(from: first, into: image)
        }
      }
      count = firsts.count * size
    }
  }

  /// Fills `floats` with the pixels from index `first` on.
  private func convert(from first: Int, into floats: UnsafeMutableBufferPointer<Float>) {
    Self.floatOfByte.withUnsafeBufferPointer { floatOfByte in
      pixels.withUnsafeBufferPointer { pixels in
        for index in floats.indices { floats[index] = floatOfByte[Int(pixels[first + index])] }
      }
    }
  }

  /// The bytes of one image, row by row.
  public func bytes(of index: Int) -> [UInt8] {
    let first = firstPixel(of: index)
    return Array(pixels[first..<first + pixelsPerImage])
  }

  /// The classes of the images at `indices`, in that order.
  public func labels(of indices: some Collection<Int>) -> [Int] {
    indices.map { index in
      checkIndex(index)
      return Int(labels[index])
    }
  }

  /// The images at `indices`, in that order, as a new set.
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

extension LabeledImages {
  /// Reads images and labels from two IDX files, plain or compressed by gzip; labels are `0 ..< classes`.
  ///
  /// - Throws: ``DatasetError`` if a file cannot be read or is damaged, or if the two do not belong together.
  public init(idxImages images: String, labels: String, classes: Int) throws(DatasetError) {
    let labelArray = try IDXArray(contentsOf: labels, rank: 1)
    let imageArray = try IDXArray(contentsOf: images, rank: 3)
    let (imageCount, rows, columns) = (
      imageArray.dimensions[0], imageArray.dimensions[1], imageArray.dimensions[2]
    )
    guard imageCount == labelArray.bytes.count else {
      throw .countsDiffer(
        images: images, imageCount: imageCount, labels: labels, labelCount: labelArray.bytes.count)
    }
    guard rows > 0, columns > 0 else {
      throw .emptyImages(path: images, rows: rows, columns: columns)
    }
    for (index, label) in labelArray.bytes.enumerated() where Int(label) >= classes {
      throw .labelOutOfRange(path: labels, index: index, label: Int(label), classes: classes)
    }
    self.init(rows: rows, columns: columns, pixels: imageArray.bytes, labels: Array(labelArray.bytes))
  }
}

extension LabeledImages: CustomStringConvertible {
  /// The number of images, their size and the classes that occur, as in
  /// `60,000 images of 28×28 pixels, 10 classes (0 to 9)`.
  public var description: String {
    let number = NumberFormat.grouped.string(Double(count))
    let images = "\(count == 1 ? "1 image" : "\(number) images") of \(rows)×\(columns) pixels"
    let classes = Set(labels).sorted()
    guard let first = classes.first, let last = classes.last else { return images }
    let isRun = classes.count > 2 && classes.count == Int(last - first) + 1
    let shown =
      isRun || classes.count > 12
      ? "\(first) to \(last)" : classes.map { String($0) }.joined(separator: ", ")
    return "\(images), \(classes.count == 1 ? "1 class" : "\(classes.count) classes") (\(shown))"
  }
}
