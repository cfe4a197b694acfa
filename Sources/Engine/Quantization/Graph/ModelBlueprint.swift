import Layers

/// The layers of a model, unbuilt, and how they are connected: what it takes to make the model again.
///
/// A quantized model keeps the blueprint of the annotated model that it was made from, without weights.
struct ModelBlueprint {
  /// A layer of the model, or a model inside it.
  private indirect enum Part {
    case layer(Layer)
    case model(ModelBlueprint)
  }

  /// An input of the model, or a call of a part.
  private enum Node {
    case input(shape: [Int], name: String)
    case call(part: Int, inputs: [Int])
  }

  let name: String
  let seed: UInt64?
  private let isSequential: Bool
  private var parts: [Part] = []
  private var nodes: [Node] = []
  private let outputs: [Int]

  /// Replaces each layer of a model by an unbuilt one, also in models inside; a layer that is called twice stays one.
  ///
  /// - Throws: `LayerCopyError` if a layer cannot be copied.
  init(
    of model: Model, replacing replace: (Layer) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) {
    (name, seed, isSequential, outputs) = (model.name, model.seed, model is Sequential, model.outputIndices)
    var known: [ObjectIdentifier: Int] = [:]
    for node in model.nodes {
      if let input = node.output as? Input {
        nodes.append(.input(shape: input.shape, name: node.layer.name))
        continue
      }
      let identity = ObjectIdentifier(node.layer)
      if known[identity] == nil {
        known[identity] = parts.count
        if let inner = node.layer as? Model {
          parts.append(.model(try ModelBlueprint(of: inner, replacing: replace)))
        } else {
          parts.append(.layer(try replace(node.layer)))
        }
      }
      nodes.append(.call(part: known[identity] ?? 0, inputs: node.inputs))
    }
  }

  /// Makes the model, with initial weights.
  ///
  /// - Parameter replace: Makes the layer from the one in the blueprint, which stays unbuilt; it is given the names
  ///   taken so far in the layer's model.
  /// - Returns: The model.
  /// - Throws: `LayerCopyError` if a layer cannot be copied.
  func model(
    replacing replace: (Layer, inout UniqueNames) throws(LayerCopyError) -> Layer
  ) throws(LayerCopyError) -> Model {
    var names = UniqueNames()
    var layers: [Layer] = []
    for part in parts {
      switch part {
      case .layer(let layer): layers.append(try replace(layer, &names))
      case .model(let inner): layers.append(try inner.model(replacing: replace))
      }
    }
    var tensors: [SymbolicTensor] = []
    var inputs: [Input] = []
    var sequence: [Layer] = []
    for node in nodes {
      switch node {
      case .input(let shape, let name):
        let input = Input(shape, name: name)
        inputs.append(input)
        tensors.append(input)
      case .call(let part, let sources):
        sequence.append(layers[part])
        if !isSequential { tensors.append(layers[part](sources.map { tensors[$0] })) }
      }
    }
    return isSequential
      ? Sequential(sequence, inputShape: inputs[0].shape, name: name, seed: seed)
      : Model(inputs: inputs, outputs: outputs.map { tensors[$0] }, name: name, seed: seed ?? 0)
  }
}
