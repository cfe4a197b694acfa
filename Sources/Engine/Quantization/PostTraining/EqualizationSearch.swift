import Layers

/// Finds the pairs of layers of a model that can be equalized, and says why others cannot.
struct EqualizationSearch {
  /// Two layers by the indices of their nodes in the model.
  struct Pair {
    let first: Int
    let second: Int
  }

  /// The pairs, in the order of the first.
  private(set) var pairs: [Pair] = []
  /// The layers of the pairs by the indices of their nodes.
  private(set) var layers: [Int: EqualizableLayer] = [:]
  /// The layers whose outputs keep their ranges, and why.
  private(set) var refused: [RefusedLayer] = []

  private let nodes: [ModelNode]
  private let outputs: Set<Int>
  private let consumers: [Int: [Int]]

  /// Searches the layers of a model, but not those of models inside it.
  init(_ model: Model) {
    (nodes, outputs) = (model.nodes, Set(model.outputIndices))
    var consumers: [Int: [Int]] = [:]
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { consumers[input, default: []].append(index) }
    }
    self.consumers = consumers
    for index in nodes.indices {
      guard let linear = layer(index).linearSemantics else { continue }
      switch Walk(from: index, linear).end(in: self) {
      case .last: break
      case .refused(let reason): refused.append(RefusedLayer(layer: layer(index).name, reason: reason))
      case .pair(let second, let normalization):
        pairs.append(Pair(first: index, second: second))
        take(index, normalization: normalization)
        take(second, inputChannels: nodes[index].outputShape.last)
      }
    }
  }

  /// The layer of a node, without an annotation around it.
  private func layer(_ index: Int) -> Layer {
    let layer = nodes[index].layer
    return (layer as? QuantizeAnnotate)?.layer ?? layer
  }

  private func calls(of index: Int) -> Int { nodes.count { $0.layer === nodes[index].layer } }

  private mutating func take(
    _ index: Int, normalization: BatchNormalization? = nil, inputChannels: Int? = nil
  ) {
    guard let linear = layer(index).linearSemantics else { return }
    let inputs = EqualizableLayer.kernelInputs(of: layer(index), linear)
    var taken =
      layers[index]
      ?? EqualizableLayer(
        layer: layer(index), linear: linear, normalization: followingNormalization(of: index, linear),
        inputChannels: inputs)
    if let normalization { taken.normalization = normalization }
    if let inputChannels { taken.inputChannels = inputChannels }
    layers[index] = taken
  }

  /// The normalization that scales the outputs of a layer, wherever the search from it ended.
  private func followingNormalization(of index: Int, _ linear: LinearSemantics) -> BatchNormalization? {
    guard linear.activation == .linear, !outputs.contains(index), let next = consumers[index],
      next.count == 1, case .normalization(let normalization) = layer(next[0]).semantics, normalization.scale
    else { return nil }
    return normalization
  }

  /// The way from a layer to the one that reads its output.
  private struct Walk {
    enum End {
      /// The output of the layer is the model's: nothing reads it that could take the factors.
      case last
      case refused(String)
      case pair(second: Int, BatchNormalization?)
    }
    let first: Int
    let linear: LinearSemantics
    private let shared =
      "it is called several times, and each call would need factors of its own: make it several layers"

    init(from first: Int, _ linear: LinearSemantics) { (self.first, self.linear) = (first, linear) }

    /// Follows the output, as long as what it meets takes factors through.
    func end(in search: EqualizationSearch) -> End {
      guard search.calls(of: first) == 1 else { return .refused(shared) }
      if let reason = Self.refusal(of: linear.activation.semantics) { return .refused(reason) }
      let channels = search.nodes[first].outputShape.last ?? 1
      var (place, normalization) = (first, BatchNormalization?.none)
      while true {
        if search.outputs.contains(place) { return .last }
        let readers = search.consumers[place] ?? []
        guard readers.count == 1 else {
          return .refused("\(readers.count) layers read its output, and all would need its factors")
        }
        let next = readers[0]
        let layer = search.layer(next)
        switch layer.semantics {
        case .linear(let second):
          guard search.calls(of: next) == 1 else { return .refused("\(layer.title): \(shared)") }
          guard EqualizableLayer.kernelInputs(of: layer, second) % channels == 0 else {
            return .refused("\(layer.title) reads it in another shape")
          }
          return .pair(second: next, normalization)
        case .normalization(let found):
          guard place == first, linear.activation == .linear else {
            return .refused(
              "\(layer.title) does not stand directly behind it, and is not folded into its kernel")
          }
          guard found.scale, search.calls(of: next) == 1 else {
            return .refused("\(layer.title) has no gamma of its own to divide: make it with scale: true")
          }
          normalization = found
        case .activation(let function):
          if let reason = Self.refusal(of: function) { return .refused("\(layer.title): \(reason)") }
        case .dataMovement(.reshape):
          guard (search.nodes[next].outputShape.last ?? 1) % channels == 0 else {
            return .refused("\(layer.title) mixes its channels")
          }
        case .dataMovement, .averagePooling, .globalAveragePooling, .bilinearUpsampling: break
        default:
          return .refused(
            "\(layer.title) reads it, which does not pass a factor of each channel on to one layer with a kernel"
          )
        }
        place = next
      }
    }

    /// Why factors do not pass through a function; nil if they do.
    private static func refusal(of function: ElementFunction) -> String? {
      switch function {
      case .linear, .leakyReLU, .relu(maximum: nil): nil
      case .relu(let maximum?):
        "min(s·x, \(maximum)) is not s·min(x, \(maximum)): train the network with a ReLU that has no maximum"
      case .hardSwish, .sigmoid, .tanh, .softmax:
        "f(s·x) is not s·f(x) for this function: only a ReLU, a leaky ReLU or nothing may stand here"
      }
    }
  }
}
