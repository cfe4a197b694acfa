/// The layers of a model, unbuilt, and how they are connected: what it takes to make the model again.
///
/// A layer that is called in several places, also in models inside one another, is one layer in the blueprint and in
/// the models made of it.
package struct ModelBlueprint {
  /// A layer of the model, or a model inside it; calls of the same layer refer to the same part.
  private final class Part {
    enum Content {
      case layer(Layer)
      case model(ModelBlueprint)
    }
    let content: Content

    init(_ content: Content) { self.content = content }
  }

  /// An input of the model, or a call of a part.
  private enum Node {
    case input(shape: [Int], name: String)
    case call(Part, inputs: [Int])
  }

  /// The model's name.
  package let name: String
  /// The model's seed; nil if the model around it gives it.
  package let seed: UInt64?
  private let isSequential: Bool
  private let isTrainable: Bool
  private var nodes: [Node] = []
  private let outputs: [Int]

  /// What is known of the layers that were read so far.
  private struct Reading {
    /// The part of each layer and model.
    var parts: [ObjectIdentifier: Part] = [:]
    /// The layer of the blueprint's models that each layer inside a layer belongs to.
    var owners: [ObjectIdentifier: Layer] = [:]
  }

  /// Replaces each layer of a model by an unbuilt one, also in models inside.
  ///
  /// - Parameters:
  ///   - model: A built model.
  ///   - reads: Whether the layers of a model inside are read; if not, the model is replaced as one layer.
  ///   - replace: Makes the unbuilt layer; it is given the names that the layer's model has so far.
  /// - Throws: `LayerCopyError` if a layer cannot be copied, or is inside of a layer and called elsewhere too.
  package init(
    of model: Model, reading reads: (Model) -> Bool = { _ in true },
    replacing replace: (Layer, inout UniqueNames) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) {
    var reading = Reading()
    try self.init(of: model, &reading, reads, replace)
  }

  private init(
    of model: Model, _ reading: inout Reading, _ reads: (Model) -> Bool,
    _ replace: (Layer, inout UniqueNames) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) {
    (name, seed, isSequential, outputs) = (model.name, model.seed, model is Sequential, model.outputIndices)
    isTrainable = model.trainable
    var names = UniqueNames()
    for layer in model.allLayers { _ = names.unique(layer.name) }
    for node in model.nodes {
      if let input = node.output as? Input {
        nodes.append(.input(shape: input.shape, name: node.layer.name))
        continue
      }
      let identity = ObjectIdentifier(node.layer)
      let part: Part
      if let known = reading.parts[identity] {
        part = known
      } else if let inner = node.layer as? Model, reads(inner) {
        part = Part(.model(try ModelBlueprint(of: inner, &reading, reads, replace)))
      } else {
        try Self.claim(node.layer, &reading)
        part = Part(.layer(try replace(node.layer, &names)))
      }
      reading.parts[identity] = part
      nodes.append(.call(part, inputs: node.inputs))
    }
  }

  /// Notes that the layers with weights inside a layer belong to it; layers without weights have nothing to share.
  ///
  /// - Throws: `LayerCopyError` if one of them, or the layer itself, belongs to another layer already.
  private static func claim(_ layer: Layer, _ reading: inout Reading) throws(LayerCopyError) {
    for inner in [layer] + layer.allLayers where !inner.weights.isEmpty {
      let identity = ObjectIdentifier(inner)
      if let other = reading.owners[identity] {
        let (outside, around) = other === inner ? (inner, layer) : (layer, other)
        throw LayerCopyError(
          layer: inner.title,
          remedy: outside === inner
            ? "it is called by itself and inside \(around.title), and a copy of \(around.title) would have one of "
              + "its own: call \(around.title) in both places, or use two layers"
            : "it is inside \(layer.title) and inside \(other.title), and each copy would have one of its own: "
              + "use one layer around it, or two layers")
      }
      reading.owners[identity] = layer
    }
  }

  /// Makes the model, with initial weights.
  ///
  /// - Parameter replace: Makes the layer from the one in the blueprint, which stays unbuilt; it is given the names
  ///   taken so far in the layer's model.
  /// - Returns: The model.
  /// - Throws: `LayerCopyError` if a layer cannot be copied.
  package func model(
    replacing replace: (Layer, inout UniqueNames) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) -> Model {
    var made: [ObjectIdentifier: Layer] = [:]
    return try model(&made, replace)
  }

  private func model(
    _ made: inout [ObjectIdentifier: Layer],
    _ replace: (Layer, inout UniqueNames) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) -> Model {
    var names = UniqueNames()
    var tensors: [SymbolicTensor] = []
    var inputs: [Input] = []
    var sequence: [Layer] = []
    // Models inside come first: they have named the layers that they share with this one.
    for case .call(let part, _) in nodes {
      if case .model = part.content { _ = try layer(of: part, &made, &names, replace) }
    }
    var reserved: Set<ObjectIdentifier> = []
    for case .call(let part, _) in nodes where reserved.insert(ObjectIdentifier(part)).inserted {
      if let shared = made[ObjectIdentifier(part)] { _ = names.unique(shared.name) }
    }
    for node in nodes {
      switch node {
      case .input(let shape, let name):
        let input = Input(shape, name: name)
        inputs.append(input)
        tensors.append(input)
      case .call(let part, let sources):
        let layer = try layer(of: part, &made, &names, replace)
        sequence.append(layer)
        if !isSequential { tensors.append(layer(sources.map { tensors[$0] })) }
      }
    }
    let model =
      isSequential
      ? Sequential(sequence, inputShape: inputs[0].shape, name: name, seed: seed)
      : Model(inputs: inputs, outputs: outputs.map { tensors[$0] }, name: name, seed: seed ?? 0)
    if !isTrainable { model.trainable = false }
    return model
  }

  /// The layer or model of a part, made by the first call.
  private func layer(
    of part: Part, _ made: inout [ObjectIdentifier: Layer], _ names: inout UniqueNames,
    _ replace: (Layer, inout UniqueNames) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) -> Layer {
    if let known = made[ObjectIdentifier(part)] { return known }
    let layer: Layer
    switch part.content {
    case .layer(let original): layer = try replace(original, &names)
    case .model(let inner): layer = try inner.model(&made, replace)
    }
    made[ObjectIdentifier(part)] = layer
    return layer
  }
}

/// Makes names unique: the second `dense` becomes `dense_1`, as in Keras.
package struct UniqueNames {
  private var taken: Set<String> = []

  /// Creates the names, none of which is taken.
  package init() {}

  /// Returns the name if it is free, else the name with the first free number.
  package mutating func unique(_ name: String) -> String {
    var (candidate, number) = (name, 0)
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)_\(number)"
    }
    return candidate
  }
}
