import Tensors

/// The largest value under each window.
public final class MaxPooling2D: Pooling2D {
  /// Takes the maxima.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.maxPool2D(size: poolSize, strides: strides, padding: padding)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    MaxPooling2D(poolSize: poolSize, strides: strides, padding: padding, name: name)
  }
}
