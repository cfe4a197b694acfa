import Datasets
import Support
import Tensors

/// A collection of examples to train or evaluate a model with: any selection of indices makes a batch.
///
/// Examples of one input and one target implement ``batch(of:using:)``. Examples of several inputs or heads implement
/// ``exampleBatch(of:using:)``, and the former by ``ExampleBatch/single``.
public protocol Examples {
  /// The number of examples.
  var count: Int { get }

  /// The examples at the given indices, in their order: inputs `[batch, …]`, and as many targets.
  ///
  /// Random changes, such as a shift of an image, use `generator` as their only source of randomness, so that
  /// a resumed training sees the same examples again.
  func batch(of indices: [Int], using generator: inout SeededGenerator) -> (inputs: Tensor, targets: Targets)

  /// The examples at the given indices, with all their inputs, targets and weights; by default those of
  /// ``batch(of:using:)``, with equal weights.
  func exampleBatch(of indices: [Int], using generator: inout SeededGenerator) -> ExampleBatch
}

extension Examples {
  /// The examples at the given indices, with equal weights.
  public func exampleBatch(of indices: [Int], using generator: inout SeededGenerator) -> ExampleBatch {
    let (inputs, targets) = batch(of: indices, using: &generator)
    return ExampleBatch(inputs: inputs, targets: targets)
  }

  /// The first examples, at most `count` of them: for calibration, say.
  public func prefix(_ count: Int) -> ExamplePrefix<Self> { ExamplePrefix(self, count: count) }

  /// Calls `body` with each batch, in order, while `goesOn` is true.
  ///
  /// - Parameters:
  ///   - size: The number of examples in a batch; the last batch may be smaller.
  ///   - generator: The source of random changes.
  ///   - goesOn: Asked before each batch.
  ///   - body: Called with each batch.
  /// - Returns: Whether all batches were visited.
  @discardableResult
  func forEachBatch(
    of size: Int, using generator: inout SeededGenerator, while goesOn: () -> Bool = { true },
    _ body: (_ batch: ExampleBatch) -> Void
  ) -> Bool {
    require(count > 0, "there are no examples to go through: give at least one")
    require(size > 0, "a batch needs at least one example; got a batch size of \(size)")
    for number in 0..<count.batches(of: size) {
      guard goesOn() else { return false }
      body(exampleBatch(number, of: size, using: &generator))
    }
    return true
  }

  /// The batch of a number, from 0, if the examples are cut in their order into batches of a size; the last may be
  /// smaller.
  package func exampleBatch(
    _ number: Int, of size: Int, using generator: inout SeededGenerator
  ) -> ExampleBatch {
    exampleBatch(of: Array(number * size..<min((number + 1) * size, count)), using: &generator)
  }
}

/// The first of other examples.
public struct ExamplePrefix<Base: Examples>: Examples {
  private let base: Base
  /// The number of examples.
  public let count: Int

  init(_ base: Base, count: Int) {
    require(count >= 0, "a number of examples is not below 0; got \(count)")
    (self.base, self.count) = (base, min(count, base.count))
  }

  /// The examples at the given indices.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    base.batch(of: indices, using: &generator)
  }

  /// The examples at the given indices, with all their inputs, targets and weights.
  public func exampleBatch(of indices: [Int], using generator: inout SeededGenerator) -> ExampleBatch {
    base.exampleBatch(of: indices, using: &generator)
  }
}

extension LabeledImages: Examples {
  /// Images as `[batch, rows, columns, channels]`, from 0 to 1, and their classes.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let pixels = Tensor(floats(of: indices), shape: [indices.count, rows, columns, channels])
    return (pixels, .classes(labels(of: indices)))
  }
}

/// Examples stored as tensors: inputs `[count, …]`, and targets.
public struct TensorExamples: Examples {
  /// The inputs, `[count, …]`.
  public let inputs: Tensor
  /// The targets, one per example.
  public let targets: Targets

  /// Creates examples from inputs and as many targets.
  public init(inputs: Tensor, targets: Targets) {
    require(
      inputs.rank > 0 && inputs.shape[0] == targets.count,
      "examples have one target for each input; got inputs \(inputs.shape) and \(targets.count) targets")
    (self.inputs, self.targets) = (inputs.detached(), targets)
  }

  /// The number of examples.
  public var count: Int { targets.count }

  /// The rows at the given indices, in their order.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    (inputs.rows(indices), targets.rows(indices))
  }
}

/// Images that are randomly translated and rotated, differently each time they are requested.
public struct AugmentedImages: Examples {
  /// The original images.
  public let images: LabeledImages
  /// The largest translation and rotation.
  public let augmentation: Augmentation

  /// Creates examples from images, each transformed at random.
  public init(_ images: LabeledImages, by augmentation: Augmentation) {
    (self.images, self.augmentation) = (images, augmentation)
  }

  /// The number of images.
  public var count: Int { images.count }

  /// Transformed images as `[batch, rows, columns, channels]`, from 0 to 1, and their classes.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let pixels = images.floats(of: indices, augmentedBy: augmentation, using: &generator)
    let shape = [indices.count, images.rows, images.columns, images.channels]
    return (Tensor(pixels, shape: shape), .classes(images.labels(of: indices)))
  }
}
