import Datasets
import Support
import Tensors

/// What a model is trained with, or judged by: numbered examples, of which any selection makes a batch.
public protocol Examples {
  /// How many examples there are.
  var count: Int { get }

  /// The examples at some places, in that order: inputs `[batch, …]`, and as many targets.
  ///
  /// Random changes, such as a shift of an image, take their numbers from `generator` and from nowhere else:
  /// then a training that is resumed sees the same examples again.
  func batch(of places: [Int], using generator: inout SeededGenerator) -> (inputs: Tensor, targets: Targets)
}

extension LabeledImages: Examples {
  /// Images as `[batch, rows, columns, 1]`, from 0 (background) to 1 (foreground), and their classes.
  public func batch(
    of places: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let pixels = Tensor(floats(of: places), shape: [places.count, rows, columns, 1])
    return (pixels, .classes(labels(of: places)))
  }
}
