import Layers
import Support

/// How the calls of a model follow one another.
extension KerasBuilder {
  func sequential(
    _ graph: KerasGraph, _ shapes: [[Int]]?, _ building: inout Building
  ) throws(KerasFailure) -> ([Input], [KerasValue]) {
    let place = "the model \(UntrustedText.quoted(graph.name))"
    guard let first = graph.layers.first, shapes.map({ $0.count == 1 }) ?? true else {
      throw KerasFailure(
        KerasRefusal(
          graph.layers.isEmpty
            ? "it has no layers" : "it has one input, and \(shapes?.count ?? 0) were given",
          graph.layers.isEmpty ? "add some before saving it" : "expected one"), in: place)
    }
    let input: Input
    if first.className == "InputLayer" {
      input = try self.input(first, shapes?[0], building)
    } else {
      let declared = first.config["batch_shape"]?.array ?? first.config["batch_input_shape"]?.array
      input = Input(
        try shape(declared ?? graph.builtShape ?? [], shapes?[0], place),
        name: building.names.unique("input_layer"))
    }
    var value = KerasValue(tensor: input, shape: input.shape)
    for entry in first.className == "InputLayer" ? graph.layers.dropFirst() : graph.layers[...] {
      value = try call(try part(entry, KerasEntry.Call(), building), KerasEntry.Call(), [value], &building)
    }
    return ([input], [value])
  }

  /// A call of a layer in a functional model.
  struct Node: Hashable {
    let layer: String
    let call: Int
  }

  func functional(
    _ graph: KerasGraph, _ ends: (inputs: [KerasGraph.End], outputs: [KerasGraph.End]), _ shapes: [[Int]]?,
    _ building: inout Building
  ) throws(KerasFailure) -> ([Input], [KerasValue]) {
    let place = "the model \(UntrustedText.quoted(graph.name))"
    let entries = Dictionary(graph.layers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    guard shapes.map({ $0.count == ends.inputs.count }) ?? true else {
      throw KerasFailure(
        KerasRefusal(
          "it has \(ends.inputs.count) inputs, and \(shapes?.count ?? 0) were given", "expected as many"),
        in: place)
    }
    var inputs: [Input] = []
    var values: [Node: KerasValue] = [:]
    for (index, end) in ends.inputs.enumerated() {
      let node = Node(layer: end.layer, call: 0)
      guard let entry = entries[end.layer], values[node] == nil else {
        throw KerasFailure(
          KerasEntry.malformed("its input \"\(end.layer)\" is no layer of it, or is there twice"), in: place)
      }
      let input = try input(entry, shapes?[index], building)
      inputs.append(input)
      values[node] = KerasValue(tensor: input, shape: input.shape)
    }
    let firstCalls = Self.firstCalls(graph, ends.outputs)
    var parts: [String: Part] = [:]
    var open: Set<Node> = []
    var path = ends.outputs.map { Node(layer: $0.layer, call: $0.call) }
    while let node = path.last {
      if values[node] != nil {
        path.removeLast()
        continue
      }
      let (entry, call) = try call(of: node, entries, firstCalls, place)
      try refuse(in: self.place(entry, building)) { () throws(KerasRefusal) in
        guard call.arguments.allSatisfy(\.isFirstOutput) else {
          throw KerasEntry.malformed("it takes another output of a layer than the first one")
        }
      }
      let needed = Set(
        call.arguments.compactMap { argument -> Node? in
          guard case .output(let layer, let number, _) = argument else { return nil }
          let node = Node(layer: layer, call: number)
          return values[node] == nil ? node : nil
        })
      guard needed.isEmpty else {
        guard open.insert(node).inserted else {
          throw KerasFailure(
            KerasEntry.malformed("the layer needs its own output"), in: self.place(entry, building))
        }
        path += needed
        continue
      }
      path.removeLast()
      let part: Part
      if let known = parts[entry.name] { part = known } else { part = try self.part(entry, call, building) }
      if entry.operation == nil { parts[entry.name] = part }
      let given = call.arguments.compactMap { argument -> KerasValue? in
        guard case .output(let layer, let number, _) = argument else { return nil }
        return values[Node(layer: layer, call: number)]
      }
      values[node] = try self.call(part, call, given, &building)
    }
    return (inputs, ends.outputs.compactMap { values[Node(layer: $0.layer, call: $0.call)] })
  }

  /// The number by which others refer to the first call of each model inside: Keras counts from 0 or from 1, if
  /// the call that made the model is the first.
  private static func firstCalls(_ graph: KerasGraph, _ outputs: [KerasGraph.End]) -> [String: Int] {
    var least: [String: Int] = [:]
    func note(_ layer: String, _ call: Int) { least[layer] = min(least[layer] ?? call, call) }
    for output in outputs { note(output.layer, output.call) }
    for argument in graph.layers.flatMap(\.calls).flatMap(\.arguments) {
      if case .output(let layer, let call, _) = argument { note(layer, call) }
    }
    return least.mapValues { min($0, 1) }
  }

  /// The layer of a node and its call.
  private func call(
    of node: Node, _ entries: [String: KerasEntry], _ firstCalls: [String: Int], _ place: String
  ) throws(KerasFailure) -> (KerasEntry, KerasEntry.Call) {
    guard let entry = entries[node.layer], entry.className != "InputLayer" else {
      throw KerasFailure(
        KerasEntry.malformed("it refers to \"\(node.layer)\", which is neither a layer nor an input of it"),
        in: place)
    }
    let first = KerasGraph.classNames.contains(entry.className) ? firstCalls[node.layer] ?? 0 : 0
    guard entry.calls.indices.contains(node.call - first) else {
      throw KerasFailure(
        KerasEntry.malformed(
          "it refers to call \(node.call) of \"\(node.layer)\", which has \(entry.calls.count)"),
        in: place)
    }
    return (entry, entry.calls[node.call - first])
  }
}
