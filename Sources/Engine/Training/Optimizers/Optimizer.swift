import Support
import Tensors

/// Updates weights from their gradients, one step at a time.
///
/// A custom optimizer overrides ``slots`` and ``updated(_:gradient:slots:rate:)``. An optimizer belongs to
/// one model: its slots of each weight are its state, which checkpoints save.
open class Optimizer: CustomStringConvertible {
  /// The learning rate schedule; may be changed between steps.
  public var learningRate: LearningRate {
    didSet { learningRate.check() }
  }
  /// The number of steps taken.
  public package(set) var step = 0
  private var states: [ObjectIdentifier: State] = [:]

  /// The slots of a variable, and the variable itself, so that its identifier is not reused.
  private struct State {
    let variable: Variable
    var slots: [Tensor]
  }

  /// Creates an optimizer that has taken no step.
  public init(learningRate: LearningRate) {
    learningRate.check()
    self.learningRate = learningRate
  }

  /// The names of the tensors kept for each weight, initially zeros; none by default.
  open var slots: [String] { [] }

  /// The new value of a weight.
  ///
  /// All tensors have the weight's shape. ``step`` already counts the current step: it is 1 at the first
  /// step.
  ///
  /// - Parameters:
  ///   - value: The current value of the weight.
  ///   - gradient: The gradient of the loss.
  ///   - slots: The tensors kept for the weight, in the order of ``slots``, to be updated as well.
  ///   - rate: The learning rate of the current step.
  /// - Returns: The new value, of the weight's shape.
  open func updated(_ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float) -> Tensor {
    stop("\(type(of: self)) does not say how a weight changes: override updated(_:gradient:…)")
  }

  /// The optimizer in one line: its type, its learning rate and other settings.
  open var description: String { "\(type(of: self))(learningRate: \(learningRate))" }

  /// Takes one step: updates each variable from its gradient.
  public final func apply(_ gradients: [Tensor], to variables: [Variable]) {
    require(
      gradients.count == variables.count,
      "an optimizer takes one gradient for each variable; got \(gradients.count) for \(variables.count)")
    let rate = learningRate(at: step)
    step += 1
    for (gradient, variable) in zip(gradients, variables) {
      require(
        gradient.shape == variable.shape,
        "the gradient of \(variable.name) has its shape; expected \(variable.shape), got \(gradient.shape)")
      var slots = values(of: variable)
      variable.value = updated(
        variable.value.detached(), gradient: gradient.detached(), slots: &slots, rate: rate)
      remember(slots, of: variable)
    }
  }

  /// The tensors kept for a variable, in the order of ``slots``; zeros before its first step.
  package final func values(of variable: Variable) -> [Tensor] {
    states[ObjectIdentifier(variable)]?.slots ?? slots.map { _ in .zeros(variable.shape) }
  }

  /// Restores the tensors kept for a variable.
  package final func remember(_ values: [Tensor], of variable: Variable) {
    require(
      values.count == slots.count && values.allSatisfy { $0.shape == variable.shape },
      "\(type(of: self)) remembers \(slots) of \(variable.name), of shape \(variable.shape); got "
        + "\(values.map(\.shape))")
    states[ObjectIdentifier(variable)] = State(variable: variable, slots: values.map { $0.detached() })
  }
}

/// Stochastic gradient descent with optional momentum and Nesterov momentum, as in Keras.
///
///     velocity ← momentum · velocity − rate · gradient
///     weight ← weight + velocity                                   momentum
///     weight ← weight + momentum · velocity − rate · gradient      Nesterov
///
/// Source: Sutskever et al., 2013, "On the importance of initialization and momentum in deep learning".
public final class SGD: Optimizer {
  /// The share of the last step that is repeated: 0 ..< 1.
  public let momentum: Float
  /// Whether Nesterov momentum is used: in effect, the gradient at the point where the velocity leads.
  public let nesterov: Bool

  /// Creates the optimizer.
  public init(learningRate: LearningRate = 0.01, momentum: Float = 0, nesterov: Bool = false) {
    require(momentum >= 0 && momentum < 1, "SGD: momentum lies in 0 ..< 1; got \(momentum)")
    require(momentum > 0 || !nesterov, "SGD: Nesterov's form needs a momentum above 0; got \(momentum)")
    (self.momentum, self.nesterov) = (momentum, nesterov)
    super.init(learningRate: learningRate)
  }

  /// The velocity, if there is momentum.
  public override var slots: [String] { momentum > 0 ? ["velocity"] : [] }

  /// The optimizer in one line: `SGD(learningRate: 0.01, momentum: 0.9)`.
  public override var description: String {
    let settings = (momentum > 0 ? ", momentum: \(momentum)" : "") + (nesterov ? ", nesterov: true" : "")
    return "SGD(learningRate: \(learningRate)\(settings))"
  }

  /// The new value of a weight, by the formula above.
  public override func updated(
    _ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float
  ) -> Tensor {
    let descent = gradient * -rate
    guard momentum > 0 else { return value + descent }
    slots[0] = slots[0] * momentum + descent
    return nesterov ? value + (slots[0] * momentum + descent) : value + slots[0]
  }
}

/// Adam, as in Keras: steps of about the learning rate, whatever the size of the gradients.
///
///     mean ← mean + (1 − beta1) · (gradient − mean)
///     square ← square + (1 − beta2) · (gradient² − square)
///     weight ← weight − rate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) · mean / (√square + epsilon)
///
/// Source: Kingma and Ba, 2015, the form at the end of section 2 (arXiv:1412.6980).
public final class Adam: Optimizer {
  /// The decay rate of the running mean of gradients: 0 ..< 1.
  public let beta1: Float
  /// The decay rate of the running mean of squared gradients: 0 ..< 1.
  public let beta2: Float
  /// A small number above 0 that prevents a division by 0.
  public let epsilon: Float

  /// Creates the optimizer, with Keras's defaults.
  ///
  /// - Parameters:
  ///   - learningRate: The learning rate schedule.
  ///   - beta1: The decay rate of the running mean of gradients: 0 ..< 1.
  ///   - beta2: The decay rate of the running mean of squared gradients: 0 ..< 1.
  ///   - epsilon: A small number above 0 that prevents a division by 0.
  public init(
    learningRate: LearningRate = 0.001, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-7
  ) {
    for beta in [beta1, beta2] {
      require(beta >= 0 && beta < 1, "Adam: beta1 and beta2 lie in 0 ..< 1; got \(beta1) and \(beta2)")
    }
    require(epsilon > 0, "Adam: epsilon lies above 0; got \(epsilon)")
    (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
    super.init(learningRate: learningRate)
  }

  /// The running means of gradients and of their squares.
  public override var slots: [String] { ["mean", "square"] }

  /// The optimizer in one line: `Adam(learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-07)`.
  public override var description: String {
    "Adam(learningRate: \(learningRate), beta1: \(beta1), beta2: \(beta2), epsilon: \(epsilon))"
  }

  /// The new value of a weight, by the formula above, in one pass through memory.
  public override func updated(
    _ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float
  ) -> Tensor {
    let corrected =
      Double(rate) * (1 - power(Double(beta2), step)).squareRoot() / (1 - power(Double(beta1), step))
    let step = value.adamStep(
      gradient: gradient, mean: slots[0], square: slots[1], rate: Float(corrected), beta1: beta1,
      beta2: beta2, epsilon: epsilon)
    slots = [step.mean, step.square]
    return step.weight
  }
}
