import Support
import Tensors

/// Enlarges images by whole factors.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, size.height · height, size.width · width, channels]`.
public final class UpSampling2D: Layer {
  /// How the pixels of an enlarged image are found.
  public enum Interpolation: String, Hashable, Codable, Sendable {
    /// Each pixel is repeated.
    case nearest
    /// A pixel is the mean of four, weighted by the distances of their centres.
    case bilinear
  }

  /// The factors of enlargement, down and to the right.
  public let size: Size2D
  /// How the pixels are found.
  public let interpolation: Interpolation

  /// Creates the layer.
  ///
  /// - Parameters:
  ///   - size: The factors of enlargement, down and to the right: `2`, or `Size2D(2, 3)`.
  ///   - interpolation: How the pixels are found.
  ///   - name: The layer's name.
  public init(size: Size2D = 2, interpolation: Interpolation = .nearest, name: String? = nil) {
    require(
      size.height > 0 && size.width > 0,
      "\(name ?? "UpSampling2D"): factors are above zero; got \((size.height, size.width))")
    (self.size, self.interpolation) = (size, interpolation)
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }

  /// Enlarges the images.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    switch interpolation {
    case .nearest: inputs.upsampledNearest(size)
    case .bilinear: inputs.upsampledBilinear(size)
    }
  }

  /// Repeated pixels, or means of neighbours.
  public override var semantics: LayerSemantics {
    switch interpolation {
    case .nearest: .dataMovement(.repeatedPixels(size))
    case .bilinear: .bilinearUpsampling(size)
    }
  }

  /// The factors and the interpolation, as in "2×2, nearest".
  public override var details: String { "\(size), \(interpolation)" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    UpSampling2D(size: size, interpolation: interpolation, name: name)
  }
}
