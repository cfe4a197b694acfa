import Support
import Tensors

/// Cuts pixels off the edges of images.
///
/// Inputs: `[batch, height, width, channels]`. Outputs: `[batch, height − top − bottom, width − left − right,
/// channels]`.
public final class Cropping2D: Layer {
  /// The rows cut off above and below, then the columns cut off left and right.
  public let cropping: (rows: (Int, Int), columns: (Int, Int))

  /// Creates a layer that cuts off `cropping.height` rows above and below, and `cropping.width` columns on each side.
  public convenience init(cropping: Size2D = 0, name: String? = nil) {
    self.init(
      cropping: ((cropping.height, cropping.height), (cropping.width, cropping.width)), name: name)
  }

  /// Creates a layer that cuts off rows above and below, then columns left and right.
  public init(cropping: ((Int, Int), (Int, Int)), name: String? = nil) {
    require(
      [cropping.0.0, cropping.0.1, cropping.1.0, cropping.1.1].allSatisfy { $0 >= 0 },
      "\(name ?? "Cropping2D"): numbers of rows and columns are not below zero; got \(cropping)")
    self.cropping = cropping
    super.init(name: name)
  }

  /// Checks that examples are images of which something is left; there are no weights.
  public override func build(inputShape: [Int]) {
    requireImages(inputShape)
    let ((top, bottom), (left, right)) = cropping
    require(
      top + bottom < inputShape[0] && left + right < inputShape[1],
      "\(title) cuts off \(details), and nothing is left of an image of shape \(inputShape): cut off less")
  }

  /// Cuts the images.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let ((top, bottom), (left, right)) = cropping
    return inputs.sliced(top..<inputs.shape[1] - bottom, axis: 1)
      .sliced(left..<inputs.shape[2] - right, axis: 2)
  }

  /// The pixels inside.
  public override var semantics: LayerSemantics {
    .dataMovement(
      .cropping(
        ImageEdges(
          top: cropping.rows.0, bottom: cropping.rows.1, left: cropping.columns.0, right: cropping.columns.1))
    )
  }

  /// The rows and columns, as in "1 above, 0 below, 2 left, 3 right".
  public override var details: String {
    let ((top, bottom), (left, right)) = cropping
    return "\(top) above, \(bottom) below, \(left) left, \(right) right"
  }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer {
    Cropping2D(cropping: (cropping.rows, cropping.columns), name: name)
  }
}
