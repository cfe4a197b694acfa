import Support
import Tensors

/// Flattens each example: `[batch, …]` becomes `[batch, features]`.
public final class Flatten: Layer {
  /// Flattens.
  public override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.flattened() }

  /// Another shape for the same elements.
  public override var semantics: LayerSemantics { .dataMovement(.reshape) }

  package override var computesAsStated: Bool { true }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Flatten(name: name) }
}

/// Gives each example another shape, with its elements in the same order.
///
/// Inputs: `[batch, …]`. Outputs: `[batch] + targetShape`.
public final class Reshape: Layer {
  /// The shape of an example of the output; one dimension may be −1, which stands for the number that fits.
  public let targetShape: [Int]

  /// Creates the layer.
  public init(targetShape: [Int], name: String? = nil) {
    self.targetShape = targetShape
    super.init(name: name)
  }

  /// Checks that both shapes have the same number of elements.
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

  /// Another shape for the same elements.
  public override var semantics: LayerSemantics { .dataMovement(.reshape) }

  package override var computesAsStated: Bool { true }

  /// The shape, as in "to [4, -1]".
  public override var details: String { "to \(targetShape)" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Reshape(targetShape: targetShape, name: name) }
}

/// Adds several inputs of one shape.
public final class Add: Layer {
  /// Checks that there are several inputs of one shape; there are no weights.
  public override func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count > 1 && inputShapes.allSatisfy { $0 == inputShapes[0] },
      "\(title) takes two or more inputs of one shape; got \(Self.listed(inputShapes))")
  }

  /// Adds the inputs from the first to the last.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    inputs.dropFirst().reduce(inputs[0]) { $0 + $1 }
  }

  /// A sum.
  public override var semantics: LayerSemantics { .addition }

  package override var computesAsStated: Bool { true }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Add(name: name) }
}

/// Concatenates several inputs along an axis; their shapes may differ along that axis only.
public final class Concatenate: Layer {
  /// The axis, counted with the batch as axis 0; −1 is the last axis.
  public let axis: Int

  /// Creates the layer.
  public init(axis: Int = -1, name: String? = nil) {
    require(axis != 0, "\(name ?? "Concatenate"): axis 0 is the batch, which cannot grow; got 0")
    self.axis = axis
    super.init(name: name)
  }

  /// Checks that there are several inputs of fitting shapes; there are no weights.
  public override func build(inputShapes: [[Int]]) {
    let first = inputShapes[0]
    let position = axis < 0 ? first.count + axis : axis - 1
    require(
      inputShapes.count > 1 && first.indices.contains(position)
        && inputShapes.allSatisfy { shape in
          shape.count == first.count
            && first.indices.allSatisfy { $0 == position || shape[$0] == first[$0] }
        },
      "\(title) takes two or more inputs that differ along axis \(axis) only; got \(Self.listed(inputShapes))"
    )
  }

  /// Concatenates the inputs.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    Tensor.concatenated(inputs, axis: axis)
  }

  /// A concatenation.
  public override var semantics: LayerSemantics { .concatenation(axis: axis) }

  package override var computesAsStated: Bool { true }

  /// The axis.
  public override var details: String { "axis \(axis)" }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Concatenate(axis: axis, name: name) }
}
