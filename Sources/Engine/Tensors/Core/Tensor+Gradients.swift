import Support

extension Tensor {
  /// The gradients of this scalar with respect to each of `tensors`, in their order.
  ///
  /// Each gradient has the shape of its tensor, which must be tracked: a variable's value, a ``tracked()``
  /// tensor, or a result computed from one. The gradient of a tensor that this scalar does not depend on is zero.
  /// The call uses up the history: ask once for all gradients.
  ///
  /// Source: reverse accumulation; Griewank and Walther, 2008, "Evaluating Derivatives", section 3.2.
  public func gradients(of tensors: [Tensor]) -> [Tensor] {
    let targets = tensors.map { tensor in
      guard let target = tensor.node else {
        stop(
          "a gradient was asked for a constant of shape \(tensor.shape): use its `tracked()`, or a Variable")
      }
      return target
    }
    return gradients(of: targets)
  }

  /// The gradients of this scalar with respect to each variable's own value, in their order.
  ///
  /// Each variable must be trainable. The gradient of a variable that this scalar does not depend on is zero. The
  /// call uses up the history: ask once for all gradients.
  public func gradients(of variables: [Variable]) -> [Tensor] {
    for variable in variables {
      require(
        variable.trainable,
        "a gradient was asked for variable \(variable.name), which is not trainable: create it so"
      )
    }
    return gradients(of: variables.map(\.leaf))
  }

  private func gradients(of targets: [Node]) -> [Tensor] {
    require(
      count == 1,
      "gradients are those of a scalar; this tensor has shape \(shape): reduce it, with `mean()` say")
    var found: [ObjectIdentifier: Tensor] = [:]
    if let node {
      let wanted = Set(targets.map(ObjectIdentifier.init))
      let seed = Tensor.filled(1, shape: shape).on(backend)
      found = node.backpropagate(seed, to: wanted)
    }
    return targets.map { found[ObjectIdentifier($0)] ?? Tensor.zeros($0.shape).on(backend) }
  }
}

extension Node {
  /// The nodes that this one was computed from and itself, each after its inputs.
  ///
  /// The search is a loop: in a deep graph, recursion would overflow the stack.
  private func inputsFirst() -> [Node] {
    var order: [Node] = []
    var seen: Set<ObjectIdentifier> = [ObjectIdentifier(self)]
    var path: [(node: Node, next: Int)] = [(self, 0)]
    while let (node, next) = path.last {
      require(
        !node.isSpent,
        "an earlier `gradients(of:)` used up the history of a tensor of shape \(node.shape): "
          + "ask for all gradients in one call, or compute the tensor again")
      if next == node.inputs.count {
        order.append(node)
        path.removeLast()
        continue
      }
      path[path.count - 1].next += 1
      if let input = node.inputs[next], seen.insert(ObjectIdentifier(input)).inserted {
        path.append((input, 0))
      }
    }
    return order
  }

  /// The gradients of the nodes `wanted`, by a walk from this node back to its leaves.
  ///
  /// The walk drops the history behind it, so that the next pullbacks can use its memory.
  fileprivate func backpropagate(
    _ seed: Tensor, to wanted: Set<ObjectIdentifier>
  ) -> [ObjectIdentifier: Tensor] {
    let order = inputsFirst()
    var leadsToWanted = wanted
    for node in order
    where node.inputs.contains(where: { $0.map { leadsToWanted.contains(ObjectIdentifier($0)) } ?? false }) {
      leadsToWanted.insert(ObjectIdentifier(node))
    }
    var found: [ObjectIdentifier: Tensor] = [:]
    var gradients = [ObjectIdentifier(self): seed]
    for node in order.reversed() {
      let identity = ObjectIdentifier(node)
      if let upstream = gradients.removeValue(forKey: identity) {
        if wanted.contains(identity) { found[identity] = upstream }
        node.pull(upstream) { input, gradient in
          let identity = ObjectIdentifier(input)
          guard leadsToWanted.contains(identity) else { return }
          guard var sum = gradients.removeValue(forKey: identity) else {
            gradients[identity] = gradient
            return
          }
          // A gradient that only this walk refers to gives its memory to the sum.
          if !isKnownUniquelyReferenced(&sum) || !sum.addInPlace(gradient) { sum = sum + gradient }
          gradients[identity] = sum
        }
      }
      if !node.isLeaf { node.drop() }
    }
    return found
  }

  /// Calls the pullback, and then `body` with each input's gradient, whose shape is checked.
  private func pull(_ upstream: Tensor, _ body: (_ input: Node, _ gradient: Tensor) -> Void) {
    guard let pullback else { return }
    let gradients = pullback(upstream)
    require(
      gradients.count == inputs.count,
      "a pullback returns one gradient or nil per input; expected \(inputs.count), got \(gradients.count)"
    )
    for (input, gradient) in zip(inputs, gradients) {
      guard let input, let gradient else { continue }
      require(
        gradient.shape == input.shape,
        "a pullback returns gradients of its inputs' shapes; expected \(input.shape), got \(gradient.shape)")
      body(input, gradient.detached())
    }
  }
}

/// One operation in the history of a tensor: the nodes of its inputs, and the pullback that computes their gradients.
///
/// A node refers to the nodes of its inputs, not to the tensors, so that a value stays in memory only if a
/// pullback needs it. A pullback must not capture the node's own tensor: that would be a reference cycle.
final class Node {
  typealias Pullback = (Tensor) -> [Tensor?]

  /// The shape of the value and of its gradient.
  let shape: [Int]
  private(set) var inputs: [Node?]
  private(set) var pullback: Pullback?
  /// Whether gradients end here: a leaf was not computed, and no `gradients(of:)` uses it up.
  let isLeaf: Bool

  /// The node of a leaf.
  init(leaf shape: [Int]) {
    self.shape = shape
    (inputs, pullback, isLeaf) = ([], nil, true)
  }

  /// The node of a computed value.
  init(shape: [Int], inputs: [Node?], pullback: @escaping Pullback) {
    self.shape = shape
    (self.inputs, self.pullback, isLeaf) = (inputs, pullback, false)
  }

  /// Whether an earlier `gradients(of:)` has used up this node.
  var isSpent: Bool { !isLeaf && pullback == nil }

  /// Releases the inputs and the pullback, and with it the values that the pullback captured.
  ///
  /// Nodes that only this one referred to are released in a loop: recursion along a chain would overflow the
  /// stack. A node's inputs are released after its pullback, whose tensors may refer to them.
  func drop() {
    var released = takeInputs()
    while var node = released.popLast() {
      if isKnownUniquelyReferenced(&node) { released.append(contentsOf: node.takeInputs()) }
    }
  }

  /// Empties the node and returns its inputs.
  private func takeInputs() -> [Node] {
    let held = inputs.compactMap { $0 }
    inputs = []
    pullback = nil
    return held
  }

  deinit { drop() }
}
