import Support
import Tensors

extension Layer {
  /// Takes over the values of all weights of `other`, which must have the same paths and shapes.
  ///
  /// Both are built; afterwards they go their own ways.
  public final func copyWeights(from other: Layer) {
    require(
      isBuilt && other.isBuilt,
      "weights are copied from \(other.title) to \(title) before both are built: call each once")
    let (ours, theirs) = (namedWeights, other.namedWeights)
    func listed(_ weights: [(path: String, variable: Variable)]) -> String {
      weights.map { "\($0.path) \($0.variable.shape)" }.joined(separator: ", ")
    }
    require(
      listed(ours) == listed(theirs),
      "weights cannot be copied from \(other.title) to \(title): expected \(listed(ours)); got "
        + "\(listed(theirs)): give the layers equal names and settings")
    for (own, given) in zip(ours, theirs) { own.variable.value = given.variable.value }
  }

  /// A copy, not built, that training leaves alone if it leaves this layer alone; of another name, if given.
  package final func copiedWithState(named name: String? = nil) -> Layer {
    let copy = copied()
    if let name { (copy.name, copy.nameIsFinal) = (name, true) }
    if !trainable { copy.trainable = false }
    return copy
  }
}
