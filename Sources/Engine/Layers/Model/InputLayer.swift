import Tensors

/// The layer of an ``Input``, which returns what comes in.
public final class InputLayer: Layer {
  /// Returns the inputs.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs }
}
