import Support

extension Tensor {
  /// The gradients of this scalar with respect to each of `tensors`, in the order asked.
  ///
  /// Each gradient has the shape of its tensor, which must be tracked: a variable's value, a ``tracked()``
  /// tensor, or something computed from one. A tensor that this scalar does not depend on gets zeros. The
  /// history is used up: ask once, for everything.
  ///
  /// Source: reverse accumulation; Griewank and Walther, 2008, "Evaluating Derivatives", section 3.2.
  public func gradients(of tensors: [Tensor]) -> [Tensor] {
    let targets = tensors.map { tensor in
      guard let target = tensor.node else {
        require(
          false,
          "a gradient was asked for a constant of shape \(tensor.shape): use its `tracked()`, or a Variable"
        )
        return Node(leaf: tensor.shape)
      }
      return target
    }
    return gradients(of: targets)
  }

  /// The gradients of this scalar with respect to each variable's own value, in the order asked.
  ///
  /// Each variable must be trainable; one that this scalar does not depend on gets zeros. The history is
  /// used up: ask once, for everything.
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
  /// The nodes this one was computed from and itself, each after its inputs; iterative, for deep graphs.
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

  /// Walks from this node back to its leaves, and returns the gradients found on the way of the nodes
  /// `wanted`; drops the history as it goes, so that memory is free for the next pullback.
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
          gradients[identity] = gradients[identity].map { $0 + gradient } ?? gradient
        }
      }
      if !node.isLeaf { node.drop() }
    }
    return found
  }

  /// Calls the pullback and hands over each input's gradient, its shape checked.
  private func pull(_ upstream: Tensor, _ give: (_ input: Node, _ gradient: Tensor) -> Void) {
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
      give(input, gradient.detached())
    }
  }
}
