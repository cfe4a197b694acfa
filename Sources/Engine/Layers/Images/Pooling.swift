import Support
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

/// What the poolings of images have in common: a window that slides over each channel.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, channels]`.
public class Pooling2D: Layer {
  /// The height and width of the window.
  public let poolSize: (Int, Int)
  /// How far the window moves at a step, down and to the right.
  public let strides: (Int, Int)
  /// What happens at the edge; padding never takes part in the result.
  public let padding: Padding

  /// Creates the layer; without strides the windows lie side by side.
  public init(
    poolSize: (Int, Int) = (2, 2), strides: (Int, Int)? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    requireWindow(poolSize, strides ?? poolSize, name ?? "\(Self.self)")
    (self.poolSize, self.strides, self.padding) = (poolSize, strides ?? poolSize, padding)
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }
}

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
