import Support

/// The images of a set in batches, in order or shuffled: one pass over the data, an epoch.
///
/// Every image comes exactly once; the last batch is smaller if the batch size does not divide the count.
public struct Batches: Sequence, Sendable {
  /// Some images and their labels, as plain arrays.
  public struct Batch: Hashable, Sendable {
    /// Where the images stand in the set.
    public let indices: [Int]
    /// The pixels from 0 (paper) to 1 (ink): `[count, rows, columns, 1]`.
    public let pixels: [Float]
    /// The class of each image.
    public let labels: [Int]

    /// How many images the batch has.
    public var count: Int { labels.count }
  }

  /// The set the batches are taken from.
  public let images: LabeledImages
  /// How many images a batch has; the last may have fewer.
  public let batchSize: Int
  private let order: [Int]
  /// How images are moved, and the generator that all the movements of this epoch come from.
  private let augmentation: (by: Augmentation, generator: SeededGenerator)?

  /// Creates the batches of a set in its own order.
  public init(of images: LabeledImages, size: Int) {
    self.init(images, size, order: Array(0..<images.count))
  }

  /// Creates the batches of a set in random order; call again with the same generator for the next epoch.
  ///
  /// With an augmentation every image is moved at random, in each epoch differently. How, depends on the state of
  /// `generator` and the image's place in the epoch alone: a batch is the same however and whenever it is reached.
  /// The order is the same with and without augmentation.
  public init(
    of images: LabeledImages, size: Int, shuffledBy generator: inout SeededGenerator,
    augmentedBy augmentation: Augmentation? = nil
  ) {
    let order = generator.permutation(images.count)
    self.init(
      images, size, order: order,
      augmentation: augmentation.map { ($0, generator.derived("augmentation")) })
  }

  private init(
    _ images: LabeledImages, _ batchSize: Int, order: [Int],
    augmentation: (by: Augmentation, generator: SeededGenerator)? = nil
  ) {
    require(batchSize > 0, "a batch needs at least one image; got a batch size of \(batchSize)")
    (self.images, self.batchSize, self.order) = (images, batchSize, order)
    self.augmentation = augmentation
  }

  /// How many batches there are.
  public var count: Int { (order.count + batchSize - 1) / batchSize }

  /// The batch at a position, from 0.
  public subscript(position: Int) -> Batch {
    require(
      position >= 0 && position < count,
      "there is no batch \(position): \(order.count) images in batches of \(batchSize) make \(count)")
    let first = position * batchSize
    let indices = Array(order[first..<Swift.min(first + batchSize, order.count)])
    let movement = augmentation.map { augmentation in
      { place in augmentation.by.movement(at: first + place, in: augmentation.generator) }
    }
    return Batch(
      indices: indices, pixels: images.floats(of: indices, movedBy: movement),
      labels: images.labels(of: indices))
  }

  /// Goes through the batches once; each is made when it is asked for.
  public func makeIterator() -> AnyIterator<Batch> {
    var position = 0
    return AnyIterator {
      guard position < count else { return nil }
      defer { position += 1 }
      return self[position]
    }
  }

  /// The count is known without going through the batches.
  public var underestimatedCount: Int { count }
}
