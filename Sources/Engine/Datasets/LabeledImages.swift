import Support

/// Images of one size with their classes: grey ones of one channel, where 255 is the foreground and 0 the background, or
/// images of several channels, such as red, green and blue.
///
/// Pixels are stored row by row, image after image, with the channels of a pixel one after the other. ``floats(of:)``
/// turns them into a network's input: the same numbers are `[count, rows, columns, channels]` (NHWC) or
/// `[count, rows × columns × channels]`.
public struct LabeledImages: Hashable, Sendable {
  /// The height of an image in pixels.
  public let rows: Int
  /// The width of an image in pixels.
  public let columns: Int
  /// The number of values of a pixel: 1 for grey images, 3 for red, green and blue.
  public let channels: Int
  /// The pixels of all images: `count × rows × columns × channels` bytes.
  public let pixels: ContiguousArray<UInt8>
  /// The class of each image, from 0.
  public let labels: [UInt8]

  /// Creates a set of images.
  ///
  /// - Parameters:
  ///   - rows: The height of an image in pixels, above 0.
  ///   - columns: The width of an image in pixels, above 0.
  ///   - channels: The number of values of a pixel, above 0.
  ///   - pixels: The pixels of all images, `rows × columns × channels` bytes for each label.
  ///   - labels: The class of each image, from 0.
  public init(
    rows: Int, columns: Int, channels: Int = 1, pixels: ContiguousArray<UInt8>, labels: [UInt8]
  ) {
    require(
      rows > 0 && columns > 0,
      "an image needs at least one row and one column; got \(rows) rows, \(columns) columns")
    require(channels > 0, "a pixel needs at least one channel; got \(channels)")
    let needed = labels.count * rows * columns * channels
    require(
      pixels.count == needed,
      "\(labels.count) images of \(rows)×\(columns)\(channels == 1 ? "" : "×\(channels)") need \(needed) pixels; "
        + "got \(pixels.count)")
    (self.rows, self.columns, self.channels) = (rows, columns, channels)
    (self.pixels, self.labels) = (pixels, labels)
  }

  /// The number of images.
  public var count: Int { labels.count }

  /// The number of pixels of one image.
  public var pixelsPerImage: Int { rows * columns }

  /// The number of bytes of one image: pixels times channels.
  public var valuesPerImage: Int { rows * columns * channels }

  /// All images as floats from 0 to 1, which stand for the bytes 0 to 255.
  public func floats() -> [Float] { floats(of: 0..<count) }

  /// The images at `indices`, in that order, as floats from 0 to 1, which stand for the bytes 0 to 255.
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
    let size = valuesPerImage
    var frame = JitterFrame(of: self, isUsed: jitter != nil)
    return [Float](unsafeUninitializedCapacity: firsts.count * size) { floats, count in
      for (index, first) in firsts.enumerated() {
        let image = UnsafeMutableBufferPointer(rebasing: floats[index * size..<(index + 1) * size])
        convert(from: first, into: image)
        if let jitter { frame.apply(jitter(index), to: image) }
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

  /// The bytes of one image, row by row, with the channels of a pixel one after the other.
  public func bytes(of index: Int) -> [UInt8] {
    let first = firstPixel(of: index)
    return Array(pixels[first..<first + valuesPerImage])
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
    chosenPixels.reserveCapacity(indices.count * valuesPerImage)
    chosenLabels.reserveCapacity(indices.count)
    for index in indices {
      let first = firstPixel(of: index)
      chosenPixels.append(contentsOf: pixels[first..<first + valuesPerImage])
      chosenLabels.append(labels[index])
    }
    return LabeledImages(
      rows: rows, columns: columns, channels: channels, pixels: chosenPixels, labels: chosenLabels)
  }

  private func firstPixel(of index: Int) -> Int {
    checkIndex(index)
    return index * valuesPerImage
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
  /// The number of images, their size, their channels if there are several, and the classes that occur, as in
  /// `60,000 images of 28×28 pixels, 10 classes (0 to 9)`.
  public var description: String {
    let number = NumberFormat.grouped.string(Double(count))
    let images =
      "\(count == 1 ? "1 image" : "\(number) images") of \(rows)×\(columns) pixels"
      + (channels == 1 ? "" : " of \(channels) channels")
    let classes = Set(labels).sorted()
    guard let first = classes.first, let last = classes.last else { return images }
    let isRun = classes.count > 2 && classes.count == Int(last - first) + 1
    let shown =
      isRun || classes.count > 12
      ? "\(first) to \(last)" : classes.map { String($0) }.joined(separator: ", ")
    return "\(images), \(classes.count == 1 ? "1 class" : "\(classes.count) classes") (\(shown))"
  }
}
