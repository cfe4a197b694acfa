import Layers
import Quantizers
import Tensors
import Training

/// Quantizes a whole model.
///
/// Every layer is annotated, the model is rewritten as the runtime will execute it, quantizers are inserted, and
/// their ranges are calibrated. The original model stays as it is; the result has weights of its own, with the
/// same values. The ranges depend on the examples, not on how these are cut into batches, but for the last bits of
/// float sums. Freshly quantized it scores like a model quantized after training (PTQ); training it further is
/// quantization-aware training (QAT).
///
///     let quantized = try quantizeModel(model, calibratingOn: [images])
///     print(quantized.explain())  // each quantizer and why it is there, and warnings
///     try Trainer(quantized, …).fit(digits)
///
/// `Documentation/DifferencesFromTFMOT.md` lists the differences from TFMOT's `quantize_model`.
///
/// - Parameters:
///   - model: A built float model of one input.
///   - batches: The calibration batches, `[batch, …]` each. Without them only weights have ranges, and the model
///     must be calibrated or trained before it can infer.
///   - method: How the ranges of activations are found; nil for each quantizer's own rule, which is the smallest and
///     the largest value for most. See ``QuantizedModel/calibrate(on:by:)-([Tensor],_)``.
///   - scheme: The runtime to simulate.
/// - Returns: The quantized model, with its own copy of the weights.
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn batches: [Tensor]? = nil, by method: CalibrationMethod? = nil,
  scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantize(model, annotatesAll: true, scheme: scheme).calibrated(on: batches?.map { [$0] }, by: method)
}

/// Quantizes a whole model of several inputs; a calibration batch has one tensor for each input.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn batches: [[Tensor]], by method: CalibrationMethod? = nil,
  scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantize(model, annotatesAll: true, scheme: scheme).calibrated(on: batches, by: method)
}

/// Quantizes a whole model and calibrates it on examples, as `Trainer.fit` takes them.
///
///     let quantized = try quantizeModel(model, calibratingOn: digits.prefix(500))
///
/// - Parameters:
///   - model: A built float model.
///   - examples: The calibration data: all of them are used, in their order; targets are not.
///   - batchSize: The number of examples computed at a time, which no range depends on.
///   - method: How the ranges of activations are found; nil for each quantizer's own rule, which is the smallest and
///     the largest value for most. See ``QuantizedModel/calibrate(on:by:)-([Tensor],_)``.
///   - scheme: The runtime to simulate.
/// - Returns: The quantized model, with its own copy of the weights.
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeModel(
  _ model: Model, calibratingOn examples: some Examples, batchSize: Int = 32,
  by method: CalibrationMethod? = nil, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  let quantized = try quantize(model, annotatesAll: true, scheme: scheme)
  try quantized.calibrate(on: examples, batchSize: batchSize, by: method)
  return quantized
}

/// Copies a model and annotates every layer of the copy.
///
/// A layer that is annotated already keeps its own configuration; the others get the scheme's.
///
/// - Throws: ``QuantizationError`` if the model is not built, or is already quantized.
public func quantizeAnnotateModel(_ model: Model) throws(QuantizationError) -> Model {
  try checkFloat(model)
  let annotated = try blueprint(of: model, annotatesAll: true).copy()
  for (new, old) in zip(annotated.weights, model.weights) { new.value = old.value }
  return annotated
}

/// Quantizes the annotated layers of a model and leaves the others in float; see `quantizeModel`.
///
/// An input of an annotated layer is quantized where it comes from a layer without annotation or is the model's.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn batches: [Tensor]? = nil, by method: CalibrationMethod? = nil,
  scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantize(model, annotatesAll: false, scheme: scheme).calibrated(on: batches?.map { [$0] }, by: method)
}

/// Quantizes the annotated layers of a model of several inputs; a calibration batch has one tensor for each input.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn batches: [[Tensor]]?, by method: CalibrationMethod? = nil,
  scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  try quantize(model, annotatesAll: false, scheme: scheme).calibrated(on: batches, by: method)
}

/// Quantizes the annotated layers of a model and calibrates it on examples, as `Trainer.fit` takes them.
///
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
public func quantizeApply(
  _ model: Model, calibratingOn examples: some Examples, batchSize: Int = 32,
  by method: CalibrationMethod? = nil, scheme: QuantizeScheme = .tflite8Bit
) throws(QuantizationError) -> QuantizedModel {
  let quantized = try quantize(model, annotatesAll: false, scheme: scheme)
  try quantized.calibrate(on: examples, batchSize: batchSize, by: method)
  return quantized
}

/// Quantizes a model without calibrating it: reads its graph, rewrites it, and builds the quantized network.
///
/// - Parameters:
///   - model: The float model.
///   - annotatesAll: Whether layers without annotation are quantized too.
///   - scheme: The runtime to simulate.
///   - order: The indices of the standard transforms, in the order in which they are tried, which must not change
///     the result; nil for their own order.
/// - Returns: The quantized model, in which no quantizer has a range yet.
/// - Throws: ``QuantizationError``, which names the layer, the cause and the remedy.
package func quantize(
  _ model: Model, annotatesAll: Bool, scheme: QuantizeScheme, transforms order: [Int]? = nil
) throws(QuantizationError) -> QuantizedModel {
  try checkFloat(model)
  var graph = try GraphReader.graph(of: model, scheme: scheme, annotatesAll: annotatesAll)
  let standard = ModelTransformer.standard.transforms
  let transformer = ModelTransformer(transforms: (order ?? Array(standard.indices)).map { standard[$0] })
  try transformer.transform(&graph)
  try graph.placeQuantizers()
  let blueprint = try blueprint(of: model, annotatesAll: annotatesAll)
  return QuantizedModel(
    graph, blueprint: blueprint, variables: model.weights, names: (model.inputNames, model.outputNames))
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

  /// The name of the layer inside: an annotation renames no output.
  public override var outputName: String { layer.outputName }

  /// An annotated copy of the layer inside.
  public override func copied() throws(LayerCopyError) -> Layer {
    QuantizeAnnotate(try layer.copiedWithState(), config: config, name: name)
  }
}

/// Refuses a model that is not built or is already quantized.
func checkFloat(_ model: Model) throws(QuantizationError) {
  guard model.isBuilt else { throw .notBuilt(model: model.title) }
  if let quantized = ([model] + model.allLayers).first(where: \.isQuantized) {
    throw .alreadyQuantized(layer: quantized.title)
  }
}

/// The blueprint of a model, in which every layer is annotated if `annotatesAll` says so.
private func blueprint(of model: Model, annotatesAll: Bool) throws(QuantizationError) -> ModelBlueprint {
  do {
    // Names of annotations are given here: an unbuilt layer has no number in its name yet.
    return try ModelBlueprint(of: model) { layer, names throws(LayerCopyError) in
      let copy = try layer.copiedWithState()
      guard annotatesAll, !(layer is QuantizeAnnotate) else { return copy }
      return QuantizeAnnotate(copy, name: names.unique("quantize_annotate"))
    }
  } catch { throw .notCopyable(error) }
}

extension ModelBlueprint {
  /// The model with its annotations.
  func copy() throws(QuantizationError) -> Model {
    do {
      return try model { layer, _ throws(LayerCopyError) in try layer.copiedWithState() }
    } catch { throw .notCopyable(error) }
  }

  /// The model without its annotations.
  func floatModel() throws(QuantizationError) -> Model {
    do {
      return try model { layer, names throws(LayerCopyError) in
        let inner = (layer as? QuantizeAnnotate)?.layer ?? layer
        let copy = try inner.copiedWithState(named: names.unique(inner.name))
        if !layer.trainable { copy.trainable = false }
        return copy
      }
    } catch { throw .notCopyable(error) }
  }
}
