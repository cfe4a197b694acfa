import Layers

/// The order and the kinds of layers, by which files without names of layers number their weights.
///
/// A configuration says them; of a model without one they follow from its calls and the types of its layers.
struct KerasOrder {
  /// The layers of models in the order of the configuration.
  var layers: [ObjectIdentifier: [Layer]] = [:]
  /// The kinds of models: a sequence of the configuration may be a functional model here.
  var kinds: [ObjectIdentifier: String] = [:]

  /// The layers of a model in Keras's order, without wrappers.
  func layers(of model: Model) -> [Layer] {
    (layers[ObjectIdentifier(model)] ?? model.layersInKerasOrder).map(\.unwrapped)
  }

  /// The name of a layer's class in files of Keras 3.
  func kind(of layer: Layer) -> String { kinds[ObjectIdentifier(layer)] ?? layer.kerasKey }
}

extension Model {
  /// The layers in Keras's order, by which its files number the layers of a kind.
  ///
  /// A layer's depth is the longest way, in calls, from it to an output. Deeper layers come first; of equally deep ones
  /// the one that is first met on the way back from the outputs.
  var layersInKerasOrder: [Layer] {
    if self is Sequential { return layers }
    let (order, firstMet) = callsFromOutputs
    var nodeDepths = [Int](repeating: 0, count: nodes.count)
    var depths: [ObjectIdentifier: Int] = [:]
    for index in order.reversed() {
      let layer = ObjectIdentifier(nodes[index].layer)
      // A layer that is called several times has the depth of its deepest call.
      let depth = max(nodeDepths[index], depths[layer, default: 0])
      (depths[layer], nodeDepths[index]) = (depth, depth)
      for input in nodes[index].inputs { nodeDepths[input] = max(nodeDepths[input], depth + 1) }
    }
    func rank(_ layer: Layer) -> (Int, Int) {
      let identity = ObjectIdentifier(layer)
      return (-depths[identity, default: 0], firstMet[identity, default: 0])
    }
    return layers.sorted { rank($0) < rank($1) }
  }

  /// The indices of the calls in the order in which a search from the outputs back to the inputs leaves them, and for
  /// each layer when the search first met it.
  private var callsFromOutputs: (order: [Int], firstMet: [ObjectIdentifier: Int]) {
    var order: [Int] = []
    var firstMet: [ObjectIdentifier: Int] = [:]
    var seen: Set<Int> = []
    var path: [(node: Int, next: Int)] = []
    func meet(_ index: Int) {
      guard seen.insert(index).inserted else { return }
      let layer = ObjectIdentifier(nodes[index].layer)
      if firstMet[layer] == nil { firstMet[layer] = firstMet.count }
      path.append((index, 0))
    }
    for output in outputIndices {
      meet(output)
      while let (index, next) = path.last {
        if next == nodes[index].inputs.count {
          order.append(index)
          path.removeLast()
        } else {
          path[path.count - 1].next += 1
          meet(nodes[index].inputs[next])
        }
      }
    }
    return (order, firstMet)
  }
}

extension Layer {
  /// The name of the layer's class in files of Keras 3: `conv2d_transpose`, and `functional` for a model that is no
  /// sequence.
  var kerasKey: String {
    if self is Model { return self is Sequential ? "sequential" : "functional" }
    let letters = "\(type(of: self))".prefix { $0 != "<" }.map { $0 }
    var key = ""
    for (index, letter) in letters.enumerated() {
      let endsCapitals = index + 1 < letters.count && letters[index + 1].isLowercase
      if index > 0, letter.isUppercase, endsCapitals || letters[index - 1].isLowercase { key += "_" }
      key += letter.lowercased()
    }
    return key
  }

  /// The layer inside all wrappers.
  var unwrapped: Layer { (self as? Wrapper)?.layer.unwrapped ?? self }
}
