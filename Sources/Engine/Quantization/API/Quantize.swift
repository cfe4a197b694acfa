import Layers
import Tensors

/// Quantizes a whole model.
///
/// Every layer is annotated, the model is rewritten as the runtime will execute it, quantizers are inserted, and
/// their ranges are calibrated. The original model stays as it is; the result has weights of its own, with the
/// same values. Freshly quantized it scores like a model quantized after training (PTQ); training it further is
/// quantization-aware training (QAT).
///
///     let quantized = try quantizeModel(model, calibratingOn: [images])
///     print(quantized.explain())  // each quantizer and why it is there, and warnings
///     try Trainer(quantized, …).fit(digits)
///
/// The README lists the differences from TFMOT's `quantize_model`.
///
/// - Parameters:
///   - model: A built float model of one input.
///   - batches: The calibration batches, `[batch, …]` each. Without them only weights have ranges, and the model
///     must be calibrated or trained before it can infer.
///   - scheme: The runtime to simulate.
/// - Returns: The quantized model, with its own copy of the weights.
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn batches: [Tensor]? = nil, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(quantizeAnnotateModel(model), calibratingOn: batches, scheme: scheme)
}

/// Quantizes a whole model of several inputs; a calibration batch has one tensor for each input.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn batches: [[Tensor]], scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(quantizeAnnotateModel(model), calibratingOn: batches, scheme: scheme)
}

/// Copies a model and annotates every layer of the copy.
///
/// A layer that is annotated already keeps its own configuration; the others get the scheme's.
///
/// - Throws: ``QuantizationError`` if the model is not built, or is already quantized.
public func quantizeAnnotateModel(_ model: Model) throws(QuantizationError) -> Model {
  try checkFloat(model)
  return copy(model) { layer, _ in
    layer is QuantizeAnnotate ? layer.copiedWithState() : QuantizeAnnotate(layer.copiedWithState())
  }
}

/// Quantizes the annotated layers of a model and leaves the others in float; see `quantizeModel`.
///
/// An input of an annotated layer is quantized where it comes from a layer without annotation or is the model's.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn batches: [Tensor]? = nil, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(model, calibratingOn: batches?.map { [$0] }, scheme: scheme)
}

/// Quantizes the annotated layers of a model of several inputs; a calibration batch has one tensor for each input.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn batches: [[Tensor]]?, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantizeApply(
    model, calibratingOn: batches, scheme: scheme,
    transforms: Array(ModelTransformer.standard.transforms.indices))
}

/// Quantizes with the transforms in a given order, which must not change the result.
///
/// - Parameters:
///   - model: The annotated model.
///   - batches: The calibration batches, with one tensor for each input.
///   - scheme: The runtime to simulate.
///   - order: The indices of the standard transforms, in the order in which they are tried.
/// - Returns: The quantized model.
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
package func quantizeApply(
  _ model: Model, calibratingOn batches: [[Tensor]]?, scheme: QuantizeScheme, transforms order: [Int]
) throws(QuantizationError) -> QuantizedModel {
  try checkFloat(model)
  var graph = try GraphReader.graph(of: model, scheme: scheme)
  let transformer = ModelTransformer(transforms: order.map { ModelTransformer.standard.transforms[$0] })
  try transformer.transform(&graph)
  try graph.placeQuantizers()
  let annotated = copy(model) { layer, _ in layer.copiedWithState() }
  let quantized = QuantizedModel(graph, annotatedModel: annotated, variables: model.weights)
  if let batches { try quantized.calibrate(on: batches) } else { try quantized.observeWeights() }
  return quantized
}

/// Makes the float model of a quantized one, with the weights as training has left them.
public func removeQuantization(_ model: QuantizedModel) -> Model { model.withoutQuantization() }

/// Annotates a layer, which `quantizeApply` will quantize.
///
///     let model = Sequential([
///       Conv2D(filters: 8, kernelSize: 3), Flatten(), quantizeAnnotate(Dense(units: 10)),
///     ], inputShape: [28, 28, 1])
///
/// Without `config` the scheme decides what is quantized in the layer.
public func quantizeAnnotate(_ layer: Layer, config: QuantizeConfig? = nil) -> QuantizeAnnotate {
  QuantizeAnnotate(layer, config: config)
}

/// A layer annotated for quantization, with its own configuration or the scheme's.
///
/// Until the model is quantized the annotation has no effect: a call calls the layer inside.
public final class QuantizeAnnotate: Wrapper {
  /// The configuration, or nil for the scheme's.
  public let config: QuantizeConfig?

  /// Annotates a layer.
  public init(_ layer: Layer, config: QuantizeConfig? = nil, name: String? = nil) {
    self.config = config
    super.init(layer, name: name)
  }

  /// An annotated copy of the layer inside.
  public override func copied() -> Layer {
    QuantizeAnnotate(layer.copiedWithState(), config: config, name: name)
  }
}

/// Copies an annotated model without its annotations.
func floatCopy(of model: Model) -> Model {
  copy(model) { layer, names in
    let layer = (layer as? QuantizeAnnotate)?.layer ?? layer
    return layer.copiedWithState(named: names.unique(layer.name))
  }
}

/// Refuses a model that is not built or is already quantized.
private func checkFloat(_ model: Model) throws(QuantizationError) {
  guard model.isBuilt else { throw .notBuilt(model: model.title) }
  if let quantized = ([model] + model.allLayers).first(where: \.isQuantized) {
    throw .alreadyQuantized(layer: quantized.title)
  }
}

/// Connects replacements of a model's layers in the same way, and copies the values of the weights.
///
/// Models inside are rebuilt in the same way; `replace` is given the names taken so far in its model.
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
