import Support
import Tensors

/// What a model should answer, for each example of a batch.
public enum Targets {
  /// The true class of each example, from 0.
  case classes([Int])
  /// The wanted outputs: `[batch, …]`, of the outputs' shape. For classes, a probability for each.
  case values(Tensor)

  /// How many examples these targets belong to.
  public var count: Int {
    switch self {
    case .classes(let labels): labels.count
    case .values(let tensor): tensor.shape.first ?? 0
    }
  }

  /// The true classes; targets that are no classes stop with the name of who asked.
  func classes(for user: String) -> [Int] {
    if case .classes(let labels) = self { return labels }
    require(false, "\(user) compares with classes; the targets are values: give .classes, one number each")
    return []
  }

  /// The wanted outputs, of the shape given; targets that are classes stop with the name of who asked.
  func values(for user: String, shape: [Int]) -> Tensor {
    guard case .values(let tensor) = self else {
      require(false, "\(user) compares with values; the targets are classes: give .values, a tensor")
      return .zeros(shape)
    }
    require(
      tensor.shape == shape,
      "\(user): targets have the outputs' shape; expected \(shape), got \(tensor.shape)")
    return tensor
  }

  /// The class of each example where probabilities are given too: the most likely one.
  func likeliestClasses(for user: String, shape: [Int]) -> [Int] {
    switch self {
    case .classes(let labels): labels
    case .values: values(for: user, shape: shape).argmax(axis: -1)
    }
  }
}
