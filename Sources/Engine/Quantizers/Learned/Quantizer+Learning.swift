import Support
import Tensors

/// What quantizers share whose state is learned by gradients.
extension Quantizer {
  /// The smallest step or clip in use: training may push the variable itself below, even below 0.
  static let smallestLearned: Float = 0x1p-40

  /// A learned variable's value, which must be finite: a constant once frozen.
  func learned(_ short: String) -> Tensor {
    let value = phase == .frozen ? variable(short).value.detached() : variable(short).value
    for element in value.values {
      require(
        element.isFinite,
        "\(Self.self): what it learns became \(element) (variable \(variable(short).name)); expected a finite"
          + " number: lower the learning rate, or look for what made the loss NaN or infinite")
    }
    return value
  }

  /// `value`, but not below the smallest; with gradient 1, so that what was pushed below may come back.
  static func limited(_ value: Tensor) -> Tensor {
    let elements = value.values
    guard elements.contains(where: { $0 < smallestLearned }) else { return value }
    return Tensor(elements.map { max($0, smallestLearned) }, shape: value.shape, inputs: [value]) {
      [$0]
    }
  }

  /// Moves a variable to the mean of `target` and of those of the tensors observed before.
  func average(_ short: String, with target: [Float]) {
    let variable = variable(short)
    let weight = 1 / Float(observedCount + 1)
    let values = zip(variable.value.values, target).map { old, new in old + (new - old) * weight }
    variable.value = Tensor(values, shape: variable.shape)
  }
}
