import Support
import Tensors

/// A measure of a model's quality that is reported but not minimised: the mean over the examples.
public struct Metric {
  /// The name, as Keras writes it.
  public let name: String
  private let compute: (_ outputs: Tensor, _ targets: Targets, _ user: String) -> Float

  /// Creates a metric from a function that returns the mean over a batch.
  public init(_ name: String, _ compute: @escaping (_ outputs: Tensor, _ targets: Targets) -> Float) {
    self.init(name, naming: { outputs, targets, _ in compute(outputs, targets) })
  }

  /// Creates a metric whose messages begin with its user.
  private init(
    _ name: String, naming compute: @escaping (_ outputs: Tensor, _ targets: Targets, _ user: String) -> Float
  ) {
    (self.name, self.compute) = (name, compute)
  }

  /// The mean over the examples of a batch.
  public func callAsFunction(_ outputs: Tensor, _ targets: Targets) -> Float {
    compute(outputs, targets, name)
  }

  /// The mean over the examples of a batch; messages name the head.
  func callAsFunction(_ outputs: Tensor, _ targets: Targets, of head: Head) -> Float {
    compute(outputs, targets, head.user(name))
  }

  /// The share of examples whose largest output is that of the true class; among equal outputs, the first
  /// counts.
  ///
  /// Outputs: `[batch, classes]`; targets: classes, or a probability per class.
  public static var accuracy: Metric {
    Metric(
      "accuracy",
      naming: { outputs, targets, user in
        let labels = targets.likeliestClasses(for: user, shape: outputs.shape)
        let predictions = outputs.argmax(axis: -1)
        require(
          labels.count == predictions.count,
          "\(user): one class for each example; expected \(predictions.count), got \(labels.count)")
        return Float(zip(labels, predictions).count { $0 == $1 }) / Float(labels.count)
      })
  }

  /// The share of examples in which fewer than `k` classes have a larger output than the true class.
  ///
  /// Its name is `top_5_accuracy` for a `k` of 5. An example with an output that is not finite counts as
  /// wrong.
  public static func topK(_ k: Int) -> Metric {
    let name = "top_\(k)_accuracy"
    require(k > 0, "top-k accuracy looks at one class at least; got k = \(k)")
    return Metric(
      name,
      naming: { outputs, targets, user in
        require(outputs.rank == 2, "\(user): outputs have shape [batch, classes]; got \(outputs.shape)")
        let labels = targets.likeliestClasses(for: user, shape: outputs.shape)
        let classes = outputs.shape[1]
        require(
          labels.count == outputs.shape[0] && labels.allSatisfy { (0..<classes).contains($0) },
          "\(user): one class in 0..<\(classes) for each of \(outputs.shape[0]) examples; got \(labels)")
        let right = outputs.withUnsafeBufferPointer { values in
          labels.enumerated().count { row, label in
            let scores = values[row * classes..<(row + 1) * classes]
            let own = values[row * classes + label]
            return scores.allSatisfy(\.isFinite) && scores.count { $0 > own } < k
          }
        }
        return Float(right) / Float(labels.count)
      })
  }

  /// The mean of |output − target|, over all elements.
  public static var meanAbsoluteError: Metric {
    Metric(
      "mean_absolute_error",
      naming: { outputs, targets, user in
        let wanted = targets.values(for: user, shape: outputs.shape)
        return (outputs.detached() - wanted).abs().mean().scalar
      })
  }
}
