import Tensors

/// The mean of each channel over the whole image.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, channels]`, or, keeping dimensions,
/// `[batch, 1, 1, channels]`.
public final class GlobalAveragePooling2D: Layer {
  /// Whether height and width stay, as ones.
  public let keepDims: Bool

  /// Creates the layer.
  public init(keepDims: Bool = false, name: String? = nil) {
    self.keepDims = keepDims
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }

  /// Takes the means.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    keepDims ? inputs.mean(axes: [1, 2], keepingDimensions: true) : inputs.globalAveragePool2D()
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { GlobalAveragePooling2D(keepDims: keepDims, name: name) }
}
