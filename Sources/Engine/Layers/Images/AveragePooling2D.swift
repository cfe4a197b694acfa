import Tensors

/// The mean of the values under each window; at an edge, of those inside the image.
public final class AveragePooling2D: Pooling2D {
  /// Takes the means.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.averagePool2D(size: poolSize, strides: strides, padding: padding)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    AveragePooling2D(poolSize: poolSize, strides: strides, padding: padding, name: name)
  }
}
