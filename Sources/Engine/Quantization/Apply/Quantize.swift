import Layers
import Tensors

/// Quantizes a whole model: annotates every layer, rewrites the model as the backend will run it, puts the
/// quantizers in, and calibrates their ranges on batches of inputs, `[batch, …]` each.
///
/// The model given stays as it is; the result has weights of its own, starting from the model's. Freshly
/// quantized it scores like a model quantized after training; training it further is quantization-aware
/// training.
///
///     let quantized = try quantizeModel(model, calibratingOn: [images])
///     print(quantized.explain())  // each quantizer and why it is there, and warnings
///     try Trainer(quantized, …).fit(digits)
///
/// The README lists where this differs from TFMOT's `quantize_model`.
///
/// - Throws: `QuantizationError` that names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn batches: [Tensor]? = nil, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(quantizeAnnotateModel(model), calibratingOn: batches, scheme: scheme)
}

/// Quantizes a whole model of several inputs; a batch has a tensor for each.
///
/// - Throws: `QuantizationError` that names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn batches: [[Tensor]], scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(quantizeAnnotateModel(model), calibratingOn: batches, scheme: scheme)
}

/// A copy of a model in which every layer is marked for quantization, by the scheme's rules unless it is
/// marked with a configuration of its own.
///
/// - Throws: `QuantizationError` if the model is not built, or quantized already.
public func quantizeAnnotateModel(_ model: Model) throws(QuantizationError) -> Model {
  try checkFloat(model)
  return copy(model) { layer, _ in
    layer is QuantizeAnnotate ? layer.copiedWithState() : QuantizeAnnotate(layer.copiedWithState())
  }
}

/// Quantizes the marked layers of a model and leaves the others in float; see `quantizeModel`.
///
/// Inputs of marked layers that come from unmarked ones, or from outside, are quantized on the way.
///
/// - Throws: `QuantizationError` that names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn batches: [Tensor]? = nil, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(model, calibratingOn: batches?.map { [$0] }, scheme: scheme)
}

/// Quantizes the marked layers of a model of several inputs; a batch has a tensor for each.
///
/// - Throws: `QuantizationError` that names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn batches: [[Tensor]]?, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(
    model, calibratingOn: batches, scheme: scheme,
    transforms: Array(ModelTransformer.standard.transforms.indices))
}

/// Quantizes with the transforms in another order, which is to change nothing.
///
/// - Throws: `QuantizationError` that names the layer, the cause and the remedy.
package func quantizeApply(
  _ model: Model, calibratingOn batches: [[Tensor]]?, scheme: QuantizeScheme, transforms order: [Int]
) throws(QuantizationError) -> QuantizedModel {
  try checkFloat(model)
  var graph = try GraphReader.graph(of: model, scheme: scheme)
  let transformer = ModelTransformer(transforms: order.map { ModelTransformer.standard.transforms[$0] })
  try transformer.transform(&graph)
  try graph.place()
  let annotated = copy(model) { layer, _ in layer.copiedWithState() }
  let quantized = QuantizedModel(graph, annotatedModel: annotated, variables: model.weights)
  if let batches { try quantized.calibrate(on: batches) } else { try quantized.observeWeights() }
  return quantized
}

/// The float model of a quantized one, with the weights as they are now: what training with quantization has
/// made of it.
public func removeQuantization(_ model: QuantizedModel) -> Model { model.withoutQuantization() }

/// A copy of an annotated model without its marks.
func floatCopy(of model: Model) -> Model {
  copy(model) { layer, names in
    let layer = (layer as? QuantizeAnnotate)?.layer ?? layer
    return layer.copiedWithState(named: names.unique(layer.name))
  }
}

/// Stops at a model that is not built or is quantized already.
private func checkFloat(_ model: Model) throws(QuantizationError) {
  guard model.isBuilt else { throw .notBuilt(model: model.title) }
  if let quantized = ([model] + model.allLayers).first(where: \.isQuantized) {
    throw .alreadyQuantized(layer: quantized.title)
  }
}

extension Layer {
  /// Whether the layer comes from a quantized model.
  var isQuantized: Bool {
    self is QuantizedModel || self is QuantizeWrapper || self is QuantizeLayer || self is FoldedBatchNorm
  }
}

/// A model of other layers, connected alike, with the weights' values taken over; models inside are rebuilt
/// in the same way, and names are unique in each.
private func copy(_ model: Model, replacing replace: (Layer, inout UniqueNames) -> Layer) -> Model {
  let result = rebuilt(model, replace)
  for (new, old) in zip(result.weights, model.weights) { new.value = old.value }
  return result
}

private func rebuilt(_ model: Model, _ replace: (Layer, inout UniqueNames) -> Layer) -> Model {
  var replaced: [ObjectIdentifier: Layer] = [:]
  var names = UniqueNames()
  func replacement(of layer: Layer) -> Layer {
    let identity = ObjectIdentifier(layer)
    let new =
      replaced[identity] ?? (layer as? Model).map { rebuilt($0, replace) } ?? replace(layer, &names)
    replaced[identity] = new
    return new
  }
  if model is Sequential {
    return Sequential(
      model.nodes.dropFirst().map { replacement(of: $0.layer) }, inputShape: model.inputs[0].shape,
      name: model.name, seed: model.seed)
  }
  var tensors: [SymbolicTensor] = []
  for node in model.nodes {
    if let input = node.output as? Input {
      tensors.append(Input(input.shape, name: node.layer.name))
    } else {
      tensors.append(replacement(of: node.layer)(node.inputs.map { tensors[$0] }))
    }
  }
  let inputs = tensors.compactMap { $0 as? Input }
  return Model(
    inputs: inputs, outputs: model.outputIndices.map { tensors[$0] }, name: model.name,
    seed: model.seed ?? 0)
}
