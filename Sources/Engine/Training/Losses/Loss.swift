import Support
import Tensors

/// A measure of how far a model's outputs are from their targets: the mean over a batch, to be minimised.
///
/// A custom loss is a name and a function:
///
///     let loss = Loss("absolute_error") { outputs, targets in … }
public struct Loss {
  /// The name, as Keras writes it.
  public let name: String
  private let compute: (_ outputs: Tensor, _ targets: Targets) -> Tensor

  /// Keras's ε: probabilities are clipped to ε … 1 − ε before the logarithm.
  private static let epsilon: Float = 1e-7

  /// Creates a loss from a function that returns a scalar.
  public init(_ name: String, _ compute: @escaping (_ outputs: Tensor, _ targets: Targets) -> Tensor) {
    (self.name, self.compute) = (name, compute)
  }

  /// The loss of a batch: a scalar.
  public func callAsFunction(_ outputs: Tensor, _ targets: Targets) -> Tensor { compute(outputs, targets) }

  /// The cross-entropy in nats, −log of the probability that the model gives to the true class of each
  /// example.
  ///
  /// Outputs: `[batch, classes]`, logits (before a softmax) or probabilities; targets: `.classes`.
  /// Probabilities are clipped to 10⁻⁷ … 1 − 10⁻⁷, then divided by their sum.
  public static func sparseCategoricalCrossEntropy(fromLogits: Bool = false) -> Loss {
    let name = "sparse_categorical_crossentropy"
    return Loss(name) { outputs, targets in
      let labels = targets.classes(for: name, shape: outputs.shape)
      // A softmax over logarithms divides by the sum.
      let logits = fromLogits ? outputs : outputs.clipped(min: epsilon, max: 1 - epsilon).log()
      return logits.softmaxCrossEntropy(labels: labels)
    }
  }

  /// The cross-entropy in nats against a probability for each class: −Σ target · log(output).
  ///
  /// Outputs and targets: `[batch, classes]`. Probabilities are divided by their sum, then clipped to
  /// 10⁻⁷ … 1 − 10⁻⁷.
  public static func categoricalCrossEntropy(fromLogits: Bool = false) -> Loss {
    let name = "categorical_crossentropy"
    return Loss(name) { outputs, targets in
      let wanted = targets.values(for: name, shape: outputs.shape)
      let logarithms: Tensor
      if fromLogits {
        logarithms = outputs.logSoftmax()
      } else {
        let shares = outputs / outputs.sum(axes: [-1], keepingDimensions: true)
        logarithms = shares.clipped(min: epsilon, max: 1 - epsilon).log()
      }
      return -(wanted * logarithms).sum(axes: [-1]).mean()
    }
  }

  /// The mean of (output − target)², over all elements.
  public static var meanSquaredError: Loss {
    Loss("mean_squared_error") { outputs, targets in
      (outputs - targets.values(for: "mean_squared_error", shape: outputs.shape)).squared().mean()
    }
  }
}

/// The desired outputs of a model, one per example of a batch.
public enum Targets {
  /// The true class of each example, from 0.
  case classes([Int])
  /// The desired outputs: `[batch, …]`, of the outputs' shape. For classification, a probability per class.
  case values(Tensor)

  /// The number of examples.
  public var count: Int {
    switch self {
    case .classes(let labels): labels.count
    case .values(let tensor): tensor.shape.first ?? 0
    }
  }

  /// The true classes, of outputs of a shape `[batch, classes]`.
  ///
  /// Targets that are values, and a class that the outputs do not have, stop the program with a message that names the
  /// caller.
  func classes(for user: String, shape: [Int]) -> [Int] {
    guard case .classes(let labels) = self else {
      stop("\(user) compares with classes; the targets are values: give .classes, one number each")
    }
    let classes = shape.last ?? 0
    if let example = labels.firstIndex(where: { !(0..<classes).contains($0) }) {
      stop(
        "\(user): example \(example) of the batch has the class \(labels[example]), and outputs of shape \(shape) have "
          + "the classes 0 to \(classes - 1): number the classes from 0, and give the last layer a unit for each"
      )
    }
    return labels
  }

  /// The desired outputs, which must have the given shape; targets that are classes stop the program with a
  /// message that names the caller.
  func values(for user: String, shape: [Int]) -> Tensor {
    guard case .values(let tensor) = self else {
      stop("\(user) compares with values; the targets are classes: give .values, a tensor")
    }
    require(
      tensor.shape == shape,
      "\(user): targets have the outputs' shape; expected \(shape), got \(tensor.shape)")
    return tensor
  }

  /// The class of each example; of probabilities, the most likely class.
  func likeliestClasses(for user: String, shape: [Int]) -> [Int] {
    switch self {
    case .classes(let labels): labels
    case .values: values(for: user, shape: shape).argmax(axis: -1)
    }
  }
}
