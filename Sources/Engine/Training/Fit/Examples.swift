import Datasets
import Layers
import Support
import Tensors

/// A collection of examples to train or evaluate a model with: any selection of indices makes a batch.
public protocol Examples {
  /// The number of examples.
  var count: Int { get }

  /// The examples at the given indices, in their order: inputs `[batch, …]`, and as many targets.
  ///
  /// Random changes, such as a shift of an image, use `generator` as their only source of randomness, so that
  /// a resumed training sees the same examples again.
  func batch(of indices: [Int], using generator: inout SeededGenerator) -> (inputs: Tensor, targets: Targets)
}

extension Examples {
  /// The first examples, at most `count` of them: for calibration, say.
  public func prefix(_ count: Int) -> ExamplePrefix<Self> { ExamplePrefix(self, count: count) }

  /// Calls `body` with each batch, in order, while `goesOn` is true.
  ///
  /// - Parameters:
  ///   - size: The number of examples in a batch; the last batch may be smaller.
  ///   - generator: The source of random changes.
  ///   - goesOn: Asked before each batch.
  ///   - body: Called with the inputs and targets of each batch.
  /// - Returns: Whether all batches were visited.
  @discardableResult
  func forEachBatch(
    of size: Int, using generator: inout SeededGenerator, while goesOn: () -> Bool = { true },
    _ body: (_ inputs: Tensor, _ targets: Targets) -> Void
  ) -> Bool {
    require(count > 0, "there are no examples to go through: give at least one")
    require(size > 0, "a batch needs at least one example; got a batch size of \(size)")
    for first in stride(from: 0, to: count, by: size) {
      guard goesOn() else { return false }
      let (inputs, targets) = batch(of: Array(first..<min(first + size, count)), using: &generator)
      body(inputs, targets)
    }
    return true
  }
}

extension Model {
  /// Computes the outputs for the given examples, in their order; nothing changes.
  ///
  /// - Parameters:
  ///   - examples: At least one example; targets are not used.
  ///   - batchSize: The number of examples that are computed at a time.
  /// - Returns: The outputs, `[count, …]`.
  public func predict(_ examples: some Examples, batchSize: Int = 256) -> Tensor {
    predict(examples, batchSize: batchSize, seed: seed ?? 0)
  }

  /// Computes the outputs for examples whose random changes a seed decides.
  func predict(_ examples: some Examples, batchSize: Int, seed: UInt64) -> Tensor {
    var parts: [Tensor] = []
    var generator = SeededGenerator(seed: seed).derived("evaluation")
    examples.forEachBatch(of: batchSize, using: &generator) { inputs, _ in
      parts.append(self(inputs).detached())
    }
    return parts.count == 1 ? parts[0] : Tensor.concatenated(parts, axis: 0)
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
}

extension LabeledImages: Examples {
  /// Images as `[batch, rows, columns, 1]`, from 0 (background) to 1 (foreground), and their classes.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let pixels = Tensor(floats(of: indices), shape: [indices.count, rows, columns, 1])
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
    let chosen: Targets =
      switch targets {
      case .classes(let labels): .classes(indices.map { labels[$0] })
      case .values(let tensor): .values(Self.rows(indices, of: tensor))
      }
    return (Self.rows(indices, of: inputs), chosen)
  }

  private static func rows(_ indices: [Int], of tensor: Tensor) -> Tensor {
    let width = tensor.count / tensor.shape[0]
    var shape = tensor.shape
    shape[0] = indices.count
    return Tensor(
      shape: shape, inputs: [],
      fill: { rows in
        tensor.withUnsafeBufferPointer { values in
          for (row, index) in indices.enumerated() {
            let chosen = UnsafeBufferPointer(rebasing: values[index * width..<(index + 1) * width])
            _ = UnsafeMutableBufferPointer(rebasing: rows[row * width..<(row + 1) * width])
              .initialize(fromContentsOf: chosen)
          }
        }
      }, pullback: { _ in [] })
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

  /// Transformed images as `[batch, rows, columns, 1]`, from 0 (background) to 1 (foreground), and their
  /// classes.
  public func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let pixels = images.floats(of: indices, augmentedBy: augmentation, using: &generator)
    let shape = [indices.count, images.rows, images.columns, 1]
    return (Tensor(pixels, shape: shape), .classes(images.labels(of: indices)))
  }
}
