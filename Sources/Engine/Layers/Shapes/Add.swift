import Support
import Tensors

/// The sum of several inputs of one shape.
public final class Add: Layer {
  /// Checks that there are several inputs of one shape; there are no weights.
  public override func build(inputShapes: [[Int]]) {
    require(
      inputShapes.count > 1 && inputShapes.allSatisfy { $0 == inputShapes[0] },
      "\(title) takes two or more inputs of one shape; got \(Self.listed(inputShapes))")
  }

  /// Adds, from the first to the last.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    inputs.dropFirst().reduce(inputs[0]) { $0 + $1 }
  }

  /// A layer of the same settings and name, not built.
  public override func copied() -> Layer { Add(name: name) }
}
