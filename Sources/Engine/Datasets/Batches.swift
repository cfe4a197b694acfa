import Support

/// One epoch of a set of images in batches, in order or shuffled.
///
/// Every image occurs exactly once; the last batch is smaller if the batch size does not divide the count.
public struct Batches: Sequence, Sendable {
  /// The images and labels of one batch, as plain arrays.
  public struct Batch: Hashable, Sendable {
    /// The indices of the images in the set.
    public let indices: [Int]
    /// The pixels, from 0 to 1: `[count, rows, columns, channels]`.
    public let pixels: [Float]
    /// The class of each image.
    public let labels: [Int]

    /// The number of images in the batch.
    public var count: Int { labels.count }
  }

  /// The set from which the batches are taken.
  public let images: LabeledImages
  /// The number of images in a batch; the last may have fewer.
  public let batchSize: Int
  private let order: [Int]
  /// The augmentation, and the generator of all its jitters in this epoch.
  private let augmentation: (by: Augmentation, generator: SeededGenerator)?

  /// Creates the batches of a set in its own order.
  public init(of images: LabeledImages, size: Int) {
    self.init(images, size, order: Array(0..<images.count))
  }

  /// Creates the batches of a set in random order; call again with the same generator for the next epoch.
  ///
  /// An augmentation transforms every image at random, differently in each epoch. The transform depends only on the
  /// state of `generator` and the image's index in the epoch, so that a batch is the same however it is reached.
  /// The order is the same with and without augmentation.
  ///
  /// - Parameters:
  ///   - images: The set from which the batches are taken.
  ///   - size: The number of images in a batch.
  ///   - generator: The generator of the order and of the transforms.
  ///   - augmentation: The augmentation of the images; nil leaves them as they are.
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

  /// The number of batches.
  public var count: Int { order.count.batches(of: batchSize) }

  /// The batch at an index, from 0.
  public subscript(index: Int) -> Batch {
    require(
      index >= 0 && index < count,
      "there is no batch \(index): \(order.count) images in batches of \(batchSize) make \(count)")
    let first = index * batchSize
    let indices = Array(order[first..<Swift.min(first + batchSize, order.count)])
    let jitter = augmentation.map { augmentation in
      { offset in augmentation.by.jitter(at: first + offset, in: augmentation.generator) }
    }
    return Batch(
      indices: indices, pixels: images.floats(of: indices, jitteredBy: jitter),
      labels: images.labels(of: indices))
  }

  /// Iterates over the batches once; each is made on request.
  public func makeIterator() -> AnyIterator<Batch> {
    var index = 0
    return AnyIterator {
      guard index < count else { return nil }
      defer { index += 1 }
      return self[index]
    }
  }

  /// The number of batches, which is known without iteration.
  public var underestimatedCount: Int { count }
}
