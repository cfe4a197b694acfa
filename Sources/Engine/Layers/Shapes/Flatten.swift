import Tensors

/// Each example in a row: `[batch, …]` becomes `[batch, features]`.
public final class Flatten: Layer {
  /// Flattens.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.flattened() }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Flatten(name: name) }
}
