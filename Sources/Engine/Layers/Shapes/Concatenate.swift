import Support
import Tensors

/// Several inputs one after the other along an axis; they may differ along that axis only.
public final class Concatenate: Layer {
  /// The axis, the batch being axis 0; −1 is the last.
  public let axis: Int

  /// Creates the layer.
  public init(axis: Int = -1, name: String? = nil) {
    require(axis != 0, "\(name ?? "Concatenate"): axis 0 is the batch, which cannot grow; got 0")
    self.axis = axis
    super.init(name: name)
  }

  /// Checks that there are several inputs that fit; there are no weights.
  public override func build(inputShapes: [[Int]]) {
    let first = inputShapes[0]
    let place = axis < 0 ? first.count + axis : axis - 1
    require(
      inputShapes.count > 1 && first.indices.contains(place)
        && inputShapes.allSatisfy { shape in
          shape.count == first.count
            && first.indices.allSatisfy { $0 == place || shape[$0] == first[$0] }
        },
      "\(title) takes two or more inputs that differ along axis \(axis) only; got \(Self.listed(inputShapes))"
    )
  }

  /// Puts the inputs one after the other.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    Tensor.concatenated(inputs, axis: axis)
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Concatenate(axis: axis, name: name) }
}
