import Layers

/// The name of a weight in a file by Keras 2, such as `block/conv/kernel:0`.
struct KerasWeightName {
  /// The layer that has it, with the models around it: `block/conv`.
  let layer: String
  /// The weight's own name: `kernel`.
  let weight: String

  init(_ name: String) {
    var parts = name.split(separator: "/").map(String.init)
    let last = parts.popLast() ?? ""
    weight = last.split(separator: ":").first.map(String.init) ?? last
    layer = parts.joined(separator: "/")
  }

  /// The layer's own name.
  var layerName: String { layer.split(separator: "/").last.map(String.init) ?? layer }
}

/// Models inside a model, of which a file by Keras 2 lists all weights in one group: first those that are trained, layer
/// by layer, then the others.
extension KerasWeightLoader {
  /// Finds the values of a nested model's weights.
  mutating func load(_ model: Model, fromFlat group: KerasWeightGroup) throws(KerasFileError) {
    var groups: [KerasWeightGroup] = []
    var positions: [String: Int] = [:]
    for (weight, array) in group.arrays {
      let name = KerasWeightName(weight ?? "")
      let position = positions[name.layer] ?? groups.count
      if position == groups.count {
        positions[name.layer] = position
        groups.append(KerasWeightGroup(name: name.layerName, path: "\(group.path), layer \(name.layer)"))
      }
      groups[position].arrays.append((weight, array))
    }
    let layers = leaves(of: model)
    for (layer, group) in try flatPairs(layers, groups, model) { try loadOnce(layer, group) }
  }

  /// The layers of a model that have weights, through all models inside; of another layer with weights itself.
  func leaves(of layer: Layer) -> [Layer] {
    guard let model = layer as? Model else { return layer.namedWeights.isEmpty ? [] : [layer] }
    return order.layers(of: model).flatMap { leaves(of: $0) }
  }

  /// Each layer with its group: by name, else in the order in which a model is stored that is trained, or is not.
  private func flatPairs(
    _ layers: [Layer], _ groups: [KerasWeightGroup], _ model: Model
  ) throws(KerasFileError) -> [(Layer, KerasWeightGroup)] {
    if let pairs = Self.pairsByName(layers, groups) { return pairs }
    guard layers.count == groups.count else {
      throw otherLayers(layers, groups.map { ($0.path, $0) }, in: model)
    }
    // A layer without trained weights is listed behind the others, unless nothing is trained.
    let trained = layers.filter { $0.namedWeights.contains { $0.variable.trainable } }
    let others = layers.filter { !$0.namedWeights.contains { $0.variable.trainable } }
    for layers in [trained + others, layers] {
      let pairs = Array(zip(layers, groups))
      if pairs.allSatisfy({ Self.fits($0, $1) }) { return pairs }
    }
    // Says which layer and which array do not fit.
    return Array(zip(trained + others, groups))
  }
}
