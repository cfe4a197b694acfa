import Tensors

/// The mean of the values under each window; at an edge, of those inside the image.
public final class AveragePooling2D: Pooling2D {
  /// Takes the means.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.averagePool2D(size: poolSize, strides: strides, padding: padding)
  }
}
