import Support
import Tensors

/// A measure of how far a model's outputs are from their targets: the mean over a batch, to be minimised.
///
/// A custom loss is a name and a function:
///
///     let loss = Loss("absolute_error") { outputs, targets in … }
public struct Loss {
  private typealias Compute = (_ outputs: Tensor, _ targets: Targets, _ user: String) -> Tensor

  /// The name, as Keras writes it.
  public let name: String
  /// The mean over the batch, a scalar; messages begin with the user.
  private let compute: Compute
  /// The loss of each example, `[batch]`; nil if the loss gives the mean alone.
  private let each: Compute?

  /// Keras's ε: probabilities are clipped to ε … 1 − ε before the logarithm.
  private static let epsilon: Float = 1e-7

  /// Creates a loss from a function that returns a scalar, the mean over the batch.
  ///
  /// Such a loss knows no weights of examples; ``perExample(_:_:)`` makes one that does.
  public init(_ name: String, _ compute: @escaping (_ outputs: Tensor, _ targets: Targets) -> Tensor) {
    self.init(name, { outputs, targets, _ in compute(outputs, targets) }, each: nil)
  }

  private init(_ name: String, _ compute: @escaping Compute, each: Compute?) {
    (self.name, self.compute, self.each) = (name, compute, each)
  }

  /// Creates a loss from a function that returns the loss of each example, `[batch]`.
  ///
  /// The loss of a batch is their mean, or with weights the sum of weight times loss, divided by the number of examples.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - compute: Returns the loss of each example, `[batch]`.
  /// - Returns: The loss.
  public static func perExample(
    _ name: String, _ compute: @escaping (_ outputs: Tensor, _ targets: Targets) -> Tensor
  ) -> Loss {
    Loss(
      name, { outputs, targets, _ in compute(outputs, targets).mean() },
      each: { outputs, targets, _ in compute(outputs, targets) })
  }

  /// The loss of a batch: a scalar.
  public func callAsFunction(_ outputs: Tensor, _ targets: Targets) -> Tensor {
    compute(outputs, targets, name)
  }

  /// The loss of a batch in which examples have weights: Σ weight · loss, over the number of examples.
  ///
  /// A mistake of the caller, and a loss of which only the mean over a batch is known, stop the program.
  ///
  /// - Parameters:
  ///   - outputs: The outputs, `[batch, …]`.
  ///   - targets: The targets, one for each example.
  ///   - weights: The weight of each example; nil for equal weights, with which the result is the mean.
  ///   - head: The head of the model that has the loss, for messages; nil for the only one.
  /// - Returns: A scalar.
  func callAsFunction(_ outputs: Tensor, _ targets: Targets, weights: [Float]?, of head: Head) -> Tensor {
    let user = head.user(name)
    guard let weights else { return compute(outputs, targets, user) }
    guard let each else {
      stop(
        "\(user) gives the mean of a batch alone, in which examples cannot have weights: make it by "
          + "Loss.perExample, or leave the weights out")
    }
    let losses = each(outputs, targets, user)
    require(
      losses.shape == [weights.count],
      "\(user): the loss of each example has the shape [batch], [\(weights.count)] here; got \(losses.shape)")
    return (losses * Tensor(weights, shape: [weights.count])).mean()
  }

  /// The cross-entropy in nats, −log of the probability that the model gives to the true class of each
  /// example.
  ///
  /// Outputs: `[batch, classes]`, logits (before a softmax) or probabilities; targets: `.classes`.
  /// Probabilities are clipped to 10⁻⁷ … 1 − 10⁻⁷, then divided by their sum.
  public static func sparseCategoricalCrossEntropy(fromLogits: Bool = false) -> Loss {
    // A softmax over logarithms divides by the sum.
    func logits(_ outputs: Tensor) -> Tensor {
      fromLogits ? outputs : outputs.clipped(min: epsilon, max: 1 - epsilon).log()
    }
    return Loss(
      "sparse_categorical_crossentropy",
      { outputs, targets, user in
        let labels = targets.classes(for: user, shape: outputs.shape)
        return logits(outputs).softmaxCrossEntropy(labels: labels)
      },
      each: { outputs, targets, user in
        let labels = targets.classes(for: user, shape: outputs.shape)
        return -logits(outputs).logSoftmax().gathered(labels: labels)
      })
  }

  /// The cross-entropy in nats against a probability for each class: −Σ target · log(output).
  ///
  /// Outputs and targets: `[batch, classes]`. Probabilities are divided by their sum, then clipped to
  /// 10⁻⁷ … 1 − 10⁻⁷.
  public static func categoricalCrossEntropy(fromLogits: Bool = false) -> Loss {
    func sums(_ outputs: Tensor, _ targets: Targets, _ user: String) -> Tensor {
      let wanted = targets.values(for: user, shape: outputs.shape)
      let logarithms: Tensor
      if fromLogits {
        logarithms = outputs.logSoftmax()
      } else {
        let shares = outputs / outputs.sum(axes: [-1], keepingDimensions: true)
        logarithms = shares.clipped(min: epsilon, max: 1 - epsilon).log()
      }
      return -(wanted * logarithms).sum(axes: [-1])
    }
    return Loss(
      "categorical_crossentropy", { sums($0, $1, $2).mean() }, each: { sums($0, $1, $2).meanOfEachExample })
  }

  /// The mean of (output − target)², over all elements.
  public static var meanSquaredError: Loss {
    func squares(_ outputs: Tensor, _ targets: Targets, _ user: String) -> Tensor {
      (outputs - targets.values(for: user, shape: outputs.shape)).squared()
    }
    return Loss(
      "mean_squared_error", { squares($0, $1, $2).mean() }, each: { squares($0, $1, $2).meanOfEachExample })
  }
}

extension Tensor {
  /// The mean of each example's elements: `[batch]`.
  fileprivate var meanOfEachExample: Tensor {
    rank == 1 ? self : flattened().mean(axes: [1])
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
