import Tensors

/// The function a layer applies to its outputs, element by element; softmax to each last dimension.
public enum ActivationFunction: String, Hashable, Codable, Sendable, CaseIterable {
  /// x, unchanged.
  case linear
  /// max(x, 0).
  case relu
  /// min(max(x, 0), 6).
  case relu6
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// e to the power of x, over the sum of these along the last dimension.
  case softmax

  /// The function of `inputs`.
  public func callAsFunction(_ inputs: Tensor) -> Tensor {
    switch self {
    case .linear: inputs
    case .relu: inputs.relu()
    case .relu6: inputs.relu6()
    case .sigmoid: inputs.sigmoid()
    case .tanh: inputs.tanh()
    case .softmax: inputs.softmax()
    }
  }
}
