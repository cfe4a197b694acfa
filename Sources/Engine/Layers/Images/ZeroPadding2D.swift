import Support
import Tensors

/// Zeros around images.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, top + height + bottom, left + width +
/// right, channels]`.
public final class ZeroPadding2D: Layer {
  /// The rows added above and below, then the columns added left and right.
  public let padding: (rows: (Int, Int), columns: (Int, Int))

  /// Adds as many rows above as below, and as many columns left as right.
  public convenience init(padding: (Int, Int) = (1, 1), name: String? = nil) {
    self.init(padding: ((padding.0, padding.0), (padding.1, padding.1)), name: name)
  }

  /// Adds rows above and below, and columns left and right.
  public init(padding: ((Int, Int), (Int, Int)), name: String? = nil) {
    require(
      [padding.0.0, padding.0.1, padding.1.0, padding.1.1].allSatisfy { $0 >= 0 },
      "\(name ?? "ZeroPadding2D"): padding is not below zero; got \(padding)")
    self.padding = padding
    super.init(name: name)
  }

  /// Checks that examples are images; there are no weights.
  public override func build(inputShape: [Int]) { requireImages(inputShape) }

  /// Adds the zeros.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    inputs.padded([(0, 0), padding.rows, padding.columns, (0, 0)].map { (before: $0.0, after: $0.1) })
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer {
    ZeroPadding2D(padding: (padding.rows, padding.columns), name: name)
  }
}
