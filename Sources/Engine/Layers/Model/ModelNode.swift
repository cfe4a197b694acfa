/// One call of a layer in a model.
///
/// A layer that is called twice has two nodes.
public struct ModelNode {
  /// The layer called.
  public let layer: Layer
  /// The numbers, in the model's `nodes`, of those it is called with: smaller than its own.
  public let inputs: [Int]
  /// The shape of what it returns for one example.
  public let outputShape: [Int]
  /// What stands for its output, to make further models of.
  public let output: SymbolicTensor
}
