import Datasets
import Support
import Tensors

/// Images that are shifted and turned a little, in another way each time they are asked for.
public struct AugmentedImages: Examples {
  /// The images as they are.
  public let images: LabeledImages
  /// How far they are moved.
  public let augmentation: Augmentation

  /// Creates examples out of images, each moved at random.
  public init(_ images: LabeledImages, by augmentation: Augmentation) {
    (self.images, self.augmentation) = (images, augmentation)
  }

  /// How many images there are.
  public var count: Int { images.count }

  /// Moved images as `[batch, rows, columns, 1]`, from 0 (background) to 1 (foreground), and their classes.
  public func batch(
    of places: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let pixels = images.floats(of: places, augmentedBy: augmentation, using: &generator)
    let shape = [places.count, images.rows, images.columns, 1]
    return (Tensor(pixels, shape: shape), .classes(images.labels(of: places)))
  }
}
