/// One step of a computation: where its inputs' gradients go, and how to find them.
///
/// A node refers to the nodes of its inputs, not to the tensors, so that a value lives on only where a
/// pullback needs it. A pullback must not hold the node's own tensor: that would be a cycle, never freed.
final class Node {
  typealias Pullback = (Tensor) -> [Tensor?]

  /// The shape of the value, and so of its gradient.
  let shape: [Int]
  private(set) var inputs: [Node?]
  private(set) var pullback: Pullback?
  /// A leaf was not computed, and outlives every `gradients(of:)`.
  let isLeaf: Bool

  /// The node of a value that gradients end at.
  init(leaf shape: [Int]) {
    self.shape = shape
    (inputs, pullback, isLeaf) = ([], nil, true)
  }

  /// The node of a computed value.
  init(shape: [Int], inputs: [Node?], pullback: @escaping Pullback) {
    self.shape = shape
    (self.inputs, self.pullback, isLeaf) = (inputs, pullback, false)
  }

  /// Whether an earlier `gradients(of:)` has used this node up.
  var isSpent: Bool { !isLeaf && pullback == nil }

  /// Forgets how the value was computed, and with it every value kept for the pullback.
  ///
  /// Nodes that only this one held go one after the other: a chain released by recursion would overflow the
  /// stack. A node's inputs are held until its pullback is gone, which may hold tensors that refer to them.
  func drop() {
    var waiting = takeInputs()
    while var node = waiting.popLast() {
      if isKnownUniquelyReferenced(&node) { waiting.append(contentsOf: node.takeInputs()) }
    }
  }

  /// Empties the node; its inputs are now the caller's to hold.
  private func takeInputs() -> [Node] {
    let held = inputs.compactMap { $0 }
    inputs = []
    pullback = nil
    return held
  }

  deinit { drop() }
}
