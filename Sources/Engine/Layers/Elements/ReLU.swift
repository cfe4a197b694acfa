import Support
import Tensors

/// min(max(x, 0), maxValue) of each element: with a maxValue of 6, ReLU6.
public final class ReLU: Layer {
  /// The largest value let through; nil for no limit.
  public let maxValue: Float?

  /// Creates the layer.
  public init(maxValue: Float? = nil, name: String? = nil) {
    require(
      maxValue.map { $0 > 0 } ?? true, "\(name ?? "ReLU"): maxValue is above 0; got \(maxValue ?? 0)")
    self.maxValue = maxValue
    super.init(name: name)
  }

  /// Cuts off below 0, and above the largest value.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    guard let maxValue else { return inputs.relu() }
    return maxValue == 6 ? inputs.relu6() : inputs.relu().clipped(min: 0, max: maxValue)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { ReLU(maxValue: maxValue, name: name) }
}
