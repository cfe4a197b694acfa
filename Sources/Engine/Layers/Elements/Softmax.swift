import Tensors

/// e to the power of each element over their sum along the last dimension.
public final class Softmax: Layer {
  /// Applies the function.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.softmax() }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Softmax(name: name) }
}
