import Layers

/// Which layer takes the arrays of which module.
struct ModuleMap {
  /// The layers with their modules, in the model's order.
  private(set) var pairs: [(layer: LoadableLayer, module: StateDict.Module)] = []

  /// Finds the module of each layer: by `names`, by equal names, and in a row of layers by their order.
  ///
  /// - Throws: A cause if a layer has no module or shares one, or if `names` has a name that does not exist.
  init(
    _ layers: [LoadableLayer], _ state: StateDict, names: [String: String], isRow: Bool
  ) throws(PyTorchError.Cause) {
    try Self.check(names, layers)
    let known = Dictionary(state.modules.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    var found = [StateDict.Module?](repeating: nil, count: layers.count)
    var taken: [String: String] = [:]
    for (index, layer) in layers.enumerated() {
      let (name, isExact) = layer.moduleName(names)
      found[index] = known[name]
      if isExact, found[index] == nil {
        throw .unknownModule(layer: layer.title, module: name, modules: state.modules.map(\.name))
      }
      if found[index] != nil, let other = taken.updateValue(layer.title, forKey: name) {
        throw .moduleTwice(module: name, layers: [other, layer.title])
      }
    }
    try Self.matchByOrder(layers, &found, state, state.modules.filter { taken[$0.name] == nil }, isRow)
    pairs = zip(layers, found).compactMap { layer, module in module.map { (layer, $0) } }
  }

  /// Gives the layers without a module those that are left, kind by kind.
  private static func matchByOrder(
    _ layers: [LoadableLayer], _ found: inout [StateDict.Module?], _ state: StateDict,
    _ left: [StateDict.Module], _ isRow: Bool
  ) throws(PyTorchError.Cause) {
    let open = layers.indices.filter { found[$0] == nil }
    guard !open.isEmpty else { return }
    func unmatched(_ reason: String) -> PyTorchError.Cause {
      .unmatched(layers: open.map { layers[$0].title }, modules: left.map(\.name), reason: reason)
    }
    guard isRow else {
      throw unmatched("the model branches, so that their order does not tell which is theirs")
    }
    guard state.isOrdered else {
      throw unmatched(
        "the file does not tell the order of the network (save it with metadata={\"order\": \"\\n\".join(state)})"
      )
    }
    for kind in LoadableLayer.Kind.allCases {
      let (own, theirs) = (open.filter { layers[$0].kind == kind }, left.filter { $0.kind == kind })
      guard own.isEmpty || own.count == theirs.count else {
        throw unmatched(
          "their order does not tell either: there are \(own.count) \(kind.rawValue) here and \(theirs.count) in the file"
        )
      }
      for (index, module) in zip(own, theirs) { found[index] = module }
    }
  }

  /// Checks that every key of `names` is a layer, or a model with layers.
  private static func check(_ names: [String: String], _ layers: [LoadableLayer]) throws(PyTorchError.Cause) {
    for name in names.keys.sorted() where !layers.contains(where: { $0.isMeant(by: name) }) {
      throw .unknownLayer(name: name, layers: layers.map(\.path))
    }
  }
}

extension LoadableLayer {
  /// Whether a key of `names` is the layer, or a model around it.
  func isMeant(by key: String) -> Bool { key.isEmpty || key == path || path.hasPrefix(key + "/") }

  /// The name of the layer's module, and whether `names` has the layer itself.
  func moduleName(_ names: [String: String]) -> (name: String, isExact: Bool) {
    if let name = names[path] { return (name, true) }
    // The innermost model around the layer that has a name decides.
    let around = names.keys.filter { isMeant(by: $0) }.max { $0.count < $1.count }
    let rest = path.dropFirst(around.map { $0.isEmpty ? 0 : $0.count + 1 } ?? 0)
    let start = around.flatMap { names[$0] } ?? ""
    return ((start.isEmpty ? "" : start + ".") + rest.replacing("/", with: "."), false)
  }
}
