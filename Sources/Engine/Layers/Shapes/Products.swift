import Support
import Tensors

/// Multiplies two or more inputs element by element.
///
/// An input repeats along each dimension where its extent is 1. An input of fewer dimensions has the missing ones, of
/// extent 1, behind the batch, as in Keras: `[channels]` multiplies each pixel of `[height, width, channels]`, which
/// is what squeeze-and-excite blocks need.
///
/// Source: Hu et al., 2017, Squeeze-and-Excitation Networks (arXiv:1709.01507).
public final class Multiply: Layer {
  /// Checks that there are several inputs whose shapes fit each other; there are no weights.
  public override func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count > 1 && LayerSemantics.repeatedShape(of: inputShapes) != nil,
      "\(title) takes two or more inputs of one shape, or such that repeat along dimensions of extent 1; got "
        + Self.listed(inputShapes))
  }

  /// Multiplies the inputs from the first to the last.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    let inputs = Self.ofOneRank(inputs)
    return inputs.dropFirst().reduce(inputs[0]) { $0 * $1 }
  }

  /// A product.
  public override var semantics: LayerSemantics { .multiplication }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Multiply(name: name) }
}

/// Subtracts the second of two inputs from the first.
///
/// Shapes may differ as in ``Multiply``.
public final class Subtract: Layer {
  /// Checks that there are two inputs whose shapes fit each other; there are no weights.
  public override func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count == 2 && LayerSemantics.repeatedShape(of: inputShapes) != nil,
      "\(title) takes two inputs of one shape, or such that repeat along dimensions of extent 1; got "
        + Self.listed(inputShapes))
  }

  /// Subtracts.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    let inputs = Self.ofOneRank(inputs)
    return inputs[0] - inputs[1]
  }

  /// A difference.
  public override var semantics: LayerSemantics { .subtraction }

  /// An unbuilt layer of the same settings and name.
  public override func copied() -> Layer { Subtract(name: name) }
}

extension Layer {
  /// The tensors with dimensions of extent 1 behind the batch, so that all have as many.
  fileprivate static func ofOneRank(_ tensors: [Tensor]) -> [Tensor] {
    let rank = tensors.map(\.rank).max() ?? 0
    return tensors.map { tensor in
      let missing = [Int](repeating: 1, count: rank - tensor.rank)
      return missing.isEmpty
        ? tensor : tensor.reshaped([tensor.shape[0]] + missing + tensor.shape.dropFirst())
    }
  }
}
