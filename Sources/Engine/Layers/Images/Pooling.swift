import Support
import Tensors

/// The largest value under each window.
public final class MaxPooling2D: Pooling2D {
  /// Takes the maxima.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.maxPool2D(size: poolSize, strides: strides, padding: padding)
  }

  /// A choice of values that are there.
  public override var semantics: LayerSemantics { .dataMovement(.maxPooling(window)) }

  package override var computesAsStated: Bool { true }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    MaxPooling2D(poolSize: poolSize, strides: strides, padding: padding, name: name)
  }
}

/// The mean of the values under each window; at an edge, of the values inside the image.
public final class AveragePooling2D: Pooling2D {
  /// Takes the means.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.averagePool2D(size: poolSize, strides: strides, padding: padding)
  }

  /// The mean under each window.
  public override var semantics: LayerSemantics { .averagePooling(window) }

  package override var computesAsStated: Bool { true }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    AveragePooling2D(poolSize: poolSize, strides: strides, padding: padding, name: name)
  }
}

/// The base class of poolings of images: a window that slides over each channel.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height′, width′, channels]`.
public class Pooling2D: Layer {
  /// The size of the window.
  public let poolSize: Size2D
  /// The steps of the window, down and to the right.
  public let strides: Size2D
  /// The treatment of the edges; padding never contributes to the result.
  public let padding: Padding

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - poolSize: The size of the window: `2`, or `Size2D(2, 3)`.
  ///   - strides: The steps of the window, down and to the right; by default `poolSize`, for adjacent windows.
  ///   - padding: The treatment of the edges.
  ///   - name: The layer's name.
  public init(
    poolSize: Size2D = 2, strides: Size2D? = nil, padding: Padding = .valid, name: String? = nil
  ) {
    requireWindow(poolSize, strides ?? poolSize, name ?? "\(Self.self)")
    (self.poolSize, self.strides, self.padding) = (poolSize, strides ?? poolSize, padding)
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }

  /// The window.
  var window: ImageWindow { ImageWindow(size: poolSize, strides: strides, padding: padding) }

  /// The window and the edges, as in "2×2, strides 1×1, same".
  public override var details: String {
    "\(poolSize)" + (strides == poolSize ? "" : ", strides \(strides)") + ", \(padding)"
  }
}

/// The mean of each channel over the whole image.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, channels]`, or with ``keepDims``
/// `[batch, 1, 1, channels]`.
public final class GlobalAveragePooling2D: Layer {
  /// Whether height and width stay as dimensions of 1.
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

  /// The mean over the whole image.
  public override var semantics: LayerSemantics { .globalAveragePooling(keepsDimensions: keepDims) }

  package override var computesAsStated: Bool { true }

  /// Whether dimensions are kept.
  public override var details: String { keepDims ? "keeps dimensions" : "" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { GlobalAveragePooling2D(keepDims: keepDims, name: name) }
}

/// The largest value of each channel over the whole image.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, channels]`, or with ``keepDims``
/// `[batch, 1, 1, channels]`.
public final class GlobalMaxPooling2D: Layer {
  /// Whether height and width stay as dimensions of 1.
  public let keepDims: Bool

  /// Creates the layer.
  public init(keepDims: Bool = false, name: String? = nil) {
    self.keepDims = keepDims
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }

  /// Takes the maxima.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let maxima = inputs.maxPool2D(size: Size2D(inputs.shape[1], inputs.shape[2]))
    return keepDims ? maxima : maxima.flattened()
  }

  /// A choice of values that are there.
  public override var semantics: LayerSemantics {
    .dataMovement(.globalMaxPooling(keepsDimensions: keepDims))
  }

  package override var computesAsStated: Bool { true }

  /// Whether dimensions are kept.
  public override var details: String { keepDims ? "keeps dimensions" : "" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { GlobalMaxPooling2D(keepDims: keepDims, name: name) }
}
