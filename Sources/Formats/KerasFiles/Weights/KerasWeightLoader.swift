import Layers
import Support
import Tensors

/// Finds the values of a model's weights in a file; nothing is assigned.
struct KerasWeightLoader {
  private let file: KerasFile
  let order: KerasOrder
  /// The values found so far, by variable, each of the variable's shape.
  private(set) var values: [(variable: Variable, value: Tensor)] = []
  /// The layers whose weights are found: one that is called in several models is stored once.
  private var loaded: Set<ObjectIdentifier> = []

  /// Prepares the loading of a file.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - order: The order of the layers, of models that were made of the file's configuration.
  init(_ file: KerasFile, order: KerasOrder = KerasOrder()) { (self.file, self.order) = (file, order) }

  /// Finds the values of all weights of a model.
  mutating func load(_ model: Model) throws(KerasFileError) {
    let (layout, root) = try file.weightGroups()
    try load(model, from: root, layout: layout)
  }

  private mutating func load(
    _ model: Model, from group: KerasWeightGroup, layout: KerasFile.Layout
  ) throws(KerasFileError) {
    for (layer, group) in try pairs(model, group, layout: layout) {
      switch (layer, layout) {
      case (let model as Model, .numbered): try load(model, from: group, layout: layout)
      case (let model as Model, .named): try load(model, fromFlat: group)
      default: try loadOnce(layer, group)
      }
    }
  }

  // MARK: - Which group is a layer's

  /// The layers of a model that have weights, each with its group.
  private func pairs(
    _ model: Model, _ group: KerasWeightGroup, layout: KerasFile.Layout
  ) throws(KerasFileError) -> [(Layer, KerasWeightGroup)] {
    for layer in model.layersInKerasOrder where layer.namedWeights.count > layer.unwrapped.namedWeights.count
    {
      throw error(layer, .wrapped)
    }
    var met = loaded
    let needed = order.layers(of: model).filter { layer in
      let leaves = leaves(of: layer)
      // In numbered groups, a layer of two models is where Keras meets it first; named groups repeat it.
      let isNew = leaves.contains { !met.contains(ObjectIdentifier($0)) }
      met.formUnion(leaves.map { ObjectIdentifier($0) })
      return layout == .named ? !leaves.isEmpty : isNew
    }
    let stored = group.inside.filter { $0.group.hasArrays }
    if let pairs = Self.pairsByName(needed, stored.map(\.group)) { return pairs }
    switch layout {
    case .named:
      guard needed.count == stored.count else { throw otherLayers(needed, stored) }
      return Array(zip(needed, stored.map(\.group)))
    case .numbered:
      return try pairsByKind(needed, stored)
    }
  }

  /// Each layer with the group of its kind that has its place among them.
  private func pairsByKind(
    _ layers: [Layer], _ groups: [(key: String, group: KerasWeightGroup)]
  ) throws(KerasFileError) -> [(Layer, KerasWeightGroup)] {
    var left = Dictionary(grouping: groups) { Self.kindAndNumber($0.key).kind }.mapValues { groups in
      groups.sorted { Self.kindAndNumber($0.key).number > Self.kindAndNumber($1.key).number }
    }
    var pairs: [(Layer, KerasWeightGroup)] = []
    for layer in layers {
      guard let found = left[order.kind(of: layer)[...]]?.popLast() else {
        let known = groups.map { "\($0.key)" + ($0.group.name.map { " (\($0))" } ?? "") }
        throw error(layer, .noWeights(known: known))
      }
      pairs.append((layer, found.group))
    }
    guard pairs.count == groups.count else { throw otherLayers(layers, groups) }
    return pairs
  }

  /// The parts of a group's name: `conv2d_1` is the second of the kind `conv2d`.
  private static func kindAndNumber(_ key: String) -> (kind: Substring, number: Int) {
    guard let end = key.lastIndex(of: "_"), let number = Int(key[key.index(after: end)...]) else {
      return (key[...], 0)
    }
    return (key[..<end], number)
  }

  /// Each layer with the group of its name; nil if a layer or a group has no counterpart.
  static func pairsByName(
    _ layers: [Layer], _ groups: [KerasWeightGroup]
  ) -> [(Layer, KerasWeightGroup)]? {
    var byName: [String: KerasWeightGroup] = [:]
    for group in groups {
      guard let name = group.name, byName.updateValue(group, forKey: name) == nil else { return nil }
    }
    let pairs = layers.compactMap { layer in byName.removeValue(forKey: layer.name).map { (layer, $0) } }
    return pairs.count == layers.count && pairs.count == groups.count ? pairs : nil
  }

  // MARK: - Which array is a weight's

  /// Finds the values of a layer's weights, unless they are found already.
  mutating func loadOnce(_ layer: Layer, _ group: KerasWeightGroup) throws(KerasFileError) {
    guard loaded.insert(ObjectIdentifier(layer)).inserted else { return }
    let weights = layer.namedWeights
    if let codes = group.arrays.first(where: { $0.array.type == .int8 || $0.array.type == .uint8 }) {
      throw error(layer, codes.array, .quantized(type: codes.array.type.rawValue))
    }
    guard let ordered = Self.ordered(group, for: layer) else {
      let found = group.arrays.map { $0.weight ?? $0.array.path }
      throw error(layer, .otherWeights(expected: weights.map(\.path), found: found))
    }
    for ((path, variable), array) in zip(weights, ordered) {
      guard array.type.isFloat else { throw error(layer, array, .quantized(type: array.type.rawValue)) }
      let (shape, values) = Self.turned(array, for: layer)
      guard shape == variable.shape else {
        throw error(layer, array, .otherShape(weight: path, expected: variable.shape, found: shape))
      }
      self.values.append((variable, Tensor(values, shape: shape)))
    }
  }

  /// The arrays in the order of the layer's weights, by their names if the file has them; nil if they do not
  /// correspond.
  private static func ordered(_ group: KerasWeightGroup, for layer: Layer) -> [KerasFile.Array]? {
    let weights = layer.namedWeights.map(\.path)
    var arrays = group.arrays
    // How many examples a normalization has seen is of no use here.
    if layer is Normalization, arrays.count == 3 {
      arrays.removeAll {
        $0.weight.map { KerasWeightName($0).weight == "count" } ?? ($0.array.path.hasSuffix("/2"))
      }
    }
    guard arrays.count == weights.count else { return nil }
    var byName: [String: KerasFile.Array] = [:]
    for (weight, array) in arrays {
      guard let weight else { return arrays.map(\.array) }
      byName[KerasWeightName(weight).weight] = array
    }
    // Keras 3 calls the kernel of a depthwise convolution as that of any other.
    let found = weights.compactMap { byName[$0] ?? ($0 == "depthwise_kernel" ? byName["kernel"] : nil) }
    return found.count == weights.count ? found : nil
  }

  /// Whether the names and shapes of a group's arrays are those of a layer's weights.
  static func fits(_ layer: Layer, _ group: KerasWeightGroup) -> Bool {
    guard let arrays = ordered(group, for: layer) else { return false }
    return zip(layer.namedWeights, arrays).allSatisfy { turned($1, for: layer).shape == $0.variable.shape }
  }

  /// The shape and the values of an array in the layout of the layer's weight.
  private static func turned(
    _ array: KerasFile.Array, for layer: Layer
  ) -> (shape: [Int], values: [Float]) {
    guard layer is Conv2DTranspose, array.shape.count == 4 else { return (array.shape, array.values) }
    // Keras has [height, width, filters, channels].
    let (filters, channels) = (array.shape[2], array.shape[3])
    var values: [Float] = []
    values.reserveCapacity(array.values.count)
    for pixel in stride(from: 0, to: array.values.count, by: max(filters * channels, 1)) {
      for channel in 0..<channels {
        for filter in 0..<filters { values.append(array.values[pixel + filter * channels + channel]) }
      }
    }
    return (Array(array.shape.prefix(2)) + [channels, filters], values)
  }

  // MARK: - Errors

  private func error(_ layer: Layer, _ cause: KerasFileError.Cause) -> KerasFileError {
    KerasFileError(file: file.source, place: "layer \(layer.title)", cause: cause)
  }

  private func error(
    _ layer: Layer, _ array: KerasFile.Array, _ cause: KerasFileError.Cause
  ) -> KerasFileError {
    KerasFileError(file: file.source, place: "layer \(layer.title), array \(array.shown)", cause: cause)
  }

  /// An error for a model whose layers are not those of the file.
  func otherLayers(
    _ layers: [Layer], _ groups: [(key: String, group: KerasWeightGroup)], in model: Model? = nil
  ) -> KerasFileError {
    KerasFileError(
      file: file.source, place: model.map { "model \($0.name)" },
      cause: .otherLayers(expected: layers.map(\.name), found: groups.map(\.group.shown)))
  }
}
