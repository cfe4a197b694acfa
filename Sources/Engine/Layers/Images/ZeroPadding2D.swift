import Support
import Tensors

/// Adds zeros around images.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, top + height + bottom, left + width +
/// right, channels]`.
public final class ZeroPadding2D: Layer {
  /// The rows added above and below, then the columns added left and right.
  public let padding: (rows: (Int, Int), columns: (Int, Int))

  /// Creates a layer that adds `padding.height` rows above and below, and `padding.width` columns on each side.
  public convenience init(padding: Size2D = 1, name: String? = nil) {
    self.init(
      padding: ((padding.height, padding.height), (padding.width, padding.width)), name: name)
  }

  /// Creates a layer that adds rows above and below, then columns left and right.
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

  /// Zeros at the edges.
  public override var semantics: LayerSemantics {
    .dataMovement(
      .zeroPadding(
        ImageEdges(
          top: padding.rows.0, bottom: padding.rows.1, left: padding.columns.0, right: padding.columns.1)))
  }

  package override var computesAsStated: Bool { true }

  /// The rows and columns, as in "1 above, 0 below, 2 left, 3 right".
  public override var details: String {
    let ((top, bottom), (left, right)) = padding
    return "\(top) above, \(bottom) below, \(left) left, \(right) right"
  }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    ZeroPadding2D(padding: (padding.rows, padding.columns), name: name)
  }
}
