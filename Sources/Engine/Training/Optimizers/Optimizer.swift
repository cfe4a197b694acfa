import Support
import Tensors

/// Changes weights along their gradients, one step at a time.
///
/// One of your own overrides ``slots`` and ``updated(_:gradient:slots:rate:)``. An optimizer belongs to one
/// model: what it remembers of each weight is its state, saved in checkpoints.
open class Optimizer {
  /// The learning rate by step; may be set between steps.
  public var learningRate: LearningRate {
    didSet { learningRate.check() }
  }
  /// The steps taken.
  public package(set) var step = 0
  private var remembered: [ObjectIdentifier: Memory] = [:]

  /// What is remembered of one variable, which is kept alive with it.
  private struct Memory {
    let variable: Variable
    var slots: [Tensor]
  }

  /// Creates an optimizer that has taken no step.
  public init(learningRate: LearningRate) {
    learningRate.check()
    self.learningRate = learningRate
  }

  /// The names of the tensors remembered of each weight, which begin at 0; none by default.
  open var slots: [String] { [] }

  /// The new value of a weight; `slots` holds what is remembered of it, to be changed as well.
  ///
  /// `rate` is this step's learning rate, and ``step`` counts it already: it is 1 at the first. All tensors
  /// have the weight's shape.
  open func updated(_ value: Tensor, gradient: Tensor, slots: inout [Tensor], rate: Float) -> Tensor {
    require(false, "\(type(of: self)) does not say how a weight changes: override updated(_:gradient:…)")
    return value
  }

  /// Takes one step: changes each variable by its gradient.
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

  /// What is remembered of a variable, in the order of ``slots``; zeros before its first step.
  package final func values(of variable: Variable) -> [Tensor] {
    remembered[ObjectIdentifier(variable)]?.slots ?? slots.map { _ in .zeros(variable.shape) }
  }

  /// Puts back what was remembered of a variable.
  package final func remember(_ values: [Tensor], of variable: Variable) {
    require(
      values.count == slots.count && values.allSatisfy { $0.shape == variable.shape },
      "\(type(of: self)) remembers \(slots) of \(variable.name), of shape \(variable.shape); got "
        + "\(values.map(\.shape))")
    remembered[ObjectIdentifier(variable)] = Memory(variable: variable, slots: values.map { $0.detached() })
  }
}
