import Tensors

/// How far a model's outputs are from their targets: one number, the mean over the batch, to be made small.
///
/// One of your own is a name and a function:
///
///     let loss = Loss("absolute_error") { outputs, targets in … }
public struct Loss {
  /// The name, as Keras writes it.
  public let name: String
  private let compute: (_ outputs: Tensor, _ targets: Targets) -> Tensor

  /// Keras's guard of logarithms: probabilities are kept within ε … 1 − ε.
  private static let epsilon: Float = 1e-7

  /// Creates a loss from a function that returns a scalar.
  public init(_ name: String, _ compute: @escaping (_ outputs: Tensor, _ targets: Targets) -> Tensor) {
    (self.name, self.compute) = (name, compute)
  }

  /// The loss of a batch: a scalar.
  public func callAsFunction(_ outputs: Tensor, _ targets: Targets) -> Tensor { compute(outputs, targets) }

  /// The cross-entropy against the true class of each example, in nats: −log of the probability the model
  /// gives it.
  ///
  /// Outputs: `[batch, classes]`, from logits (before a softmax) or probabilities; targets: `.classes`.
  /// Probabilities are kept within 10⁻⁷ of 0 and 1, and divided by their sum.
  public static func sparseCategoricalCrossEntropy(fromLogits: Bool = false) -> Loss {
    let name = "sparse_categorical_crossentropy"
    return Loss(name) { outputs, targets in
      let labels = targets.classes(for: name)
      // A softmax over logarithms divides by the sum.
      let logits = fromLogits ? outputs : outputs.clipped(min: epsilon, max: 1 - epsilon).log()
      return logits.softmaxCrossEntropy(labels: labels)
    }
  }

  /// The cross-entropy against a probability for each class, in nats: −Σ target · log(output).
  ///
  /// Outputs and targets: `[batch, classes]`. Probabilities are divided by their sum, then kept within
  /// 10⁻⁷ of 0 and 1.
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
