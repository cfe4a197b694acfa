import Support
import Tensors

/// Each example in another shape, its elements in the same order.
///
/// Inputs: `[batch, …]`. Outputs: `[batch] + targetShape`.
public final class Reshape: Layer {
  /// The shape of an example; one extent may be −1, and is worked out.
  public let targetShape: [Int]

  /// Creates the layer.
  public init(targetShape: [Int], name: String? = nil) {
    self.targetShape = targetShape
    super.init(name: name)
  }

  /// Checks that the shapes hold equally many elements.
  public override func build(inputShape: [Int]) {
    let count = inputShape.reduce(1, *)
    let known = targetShape.filter { $0 != -1 }.reduce(1, *)
    let free = targetShape.count { $0 == -1 }
    require(
      known > 0 && (free == 0 ? known == count : free == 1 && count % known == 0),
      "\(title): an example of shape \(inputShape) holds \(count) elements and does not fit \(targetShape)")
  }

  /// Reshapes.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor {
    let count = inputs.count / inputs.shape[0]
    let known = targetShape.filter { $0 != -1 }.reduce(1, *)
    return inputs.reshaped([inputs.shape[0]] + targetShape.map { $0 == -1 ? count / known : $0 })
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Reshape(targetShape: targetShape, name: name) }
}
