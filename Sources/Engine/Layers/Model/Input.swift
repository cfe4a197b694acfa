import Support
import Tensors

/// Where data enters a model: a symbolic tensor that no layer computes.
public final class Input: SymbolicTensor {
  /// The shape of one example, without the batch.
  public let shape: [Int]

  /// Stands for batches of examples of this shape: `[28, 28, 1]`, say.
  public init(_ shape: [Int], name: String? = nil) {
    require(
      shape.allSatisfy { $0 > 0 }, "an Input's dimensions are above zero, without the batch; got \(shape)")
    self.shape = shape
    super.init(layer: InputLayer(name: name), inputs: [])
  }
}
