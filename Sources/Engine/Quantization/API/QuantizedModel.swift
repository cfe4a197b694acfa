import Layers
import Quantizers
import Support
import Tensors

/// A model that computes in floats what its integer form will compute, and that can be trained for it.
///
/// Its weights include the ranges of all quantizers, so saving and loading weights saves and loads the ranges.
public final class QuantizedModel: Model, WeightSettings {
  /// The runtime that the model simulates.
  public let scheme: QuantizeScheme
  /// The decisions that placed the quantizers, layer by layer.
  public let explanations: [Explanation]
  /// What is one operation of integer inference, and on which grids it works.
  package private(set) var plan: InferencePlan
  /// The annotated model that this model was made from; its annotations say what is quantized.
  private let blueprint: ModelBlueprint
  /// The names of the original's inputs and outputs.
  private let names: (inputs: [String], outputs: [String])
  /// The variables of this model that hold the annotated model's weights, in the order of those weights.
  private var originals: [Variable] = []
  /// The variables and quantizers that inference depends on, found once: the layers never change.
  private(set) lazy var state = weights
  private(set) lazy var ownQuantizers = quantizers.map(\.quantizer)
  private var prepared: PreparedInference?

  /// Creates the model of a finished graph.
  ///
  /// - Parameters:
  ///   - graph: The graph.
  ///   - blueprint: The original.
  ///   - variables: The original's weights, whose values the model takes.
  ///   - names: The names of the original's inputs and outputs.
  init(
    _ graph: QuantizeGraph, blueprint: ModelBlueprint, variables: [Variable],
    names: (inputs: [String], outputs: [String])
  ) {
    self.names = names
    let (inputs, outputs, explanations) = graph.build()
    (scheme, self.explanations, self.blueprint) = (graph.scheme, explanations, blueprint)
    plan = InferencePlan([], outputs: [])
    // Model.init calls each layer once to learn its shapes, and quantizers must not observe that.
    for quantizer in graph.quantizers { quantizer.phase = .off }
    super.init(
      inputs: inputs, outputs: outputs, name: "quantized_\(blueprint.name)",
      seed: blueprint.seed ?? 0)
    for quantizer in graph.quantizers { quantizer.phase = .learning }
    plan = InferencePlan(nodes, outputs: outputIndices)
    originals = variables.compactMap { graph.variable(for: $0) }
    require(originals.count == variables.count, "\(name): a weight was lost while the model was rewritten")
    for (own, variable) in zip(originals, variables) { own.value = variable.value }
  }

  /// The names of the inputs, those of the model that was quantized.
  public override var inputNames: [String] { names.inputs }

  /// The names of the outputs, those of the model that was quantized: its heads keep their names.
  public override var outputNames: [String] { names.outputs }

  /// Runs the model as integers compute it; in training, and if the scheme has no arithmetic, as floats.
  public override func call(_ inputs: [Tensor], training: Bool) -> Tensor {
    if training { prepared = nil }
    guard !training, outputIndices.count == 1, let outputs = outputsOfIntegers(inputs) else {
      return super.call(inputs, training: training)
    }
    return outputs[0]
  }

  /// Runs the model as integers compute it, and returns all outputs; in training as floats.
  public override func allOutputs(_ inputs: [Tensor], training: Bool = false) -> [Tensor] {
    if training { prepared = nil }
    guard !training, let outputs = outputsOfIntegers(inputs) else {
      return super.allOutputs(inputs, training: training)
    }
    return outputs
  }

  /// The integer operations for the weights, ranges and phases of now; nil if the scheme has no arithmetic.
  func preparedInference() -> PreparedInference? {
    guard let arithmetic = scheme.arithmetic else { return nil }
    if let prepared, prepared.isCurrent(for: self) { return prepared }
    let new = PreparedInference(self, arithmetic)
    prepared = new
    return new
  }

  /// Makes the float model again, with the weights as they are now.
  func withoutQuantization() -> Model {
    let model: Model
    do { model = try blueprint.floatModel() } catch {
      stop("\(title) was made of layers that were copied once and cannot be copied again: \(error)")
    }
    for (weight, own) in zip(model.weights, originals) { weight.value = own.value }
    return model
  }

  /// A copy of this model with the weights of a float model, which has those of the one that this model was made of; ranges
  /// stay.
  ///
  /// - Throws: ``QuantizationError`` if the weights have other names or shapes, or if a layer cannot be copied.
  func copied(withWeightsOf float: Model) throws(QuantizationError) -> QuantizedModel {
    func listed(_ weights: [Variable]) -> String {
      weights.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
    }
    guard listed(float.weights) == listed(originals) else {
      throw .otherModel(model: title, expected: listed(originals), found: listed(float.weights))
    }
    let copy: QuantizedModel
    do { copy = try copied() as? QuantizedModel ?? self } catch { throw .notCopyable(error) }
    for (own, weight) in zip(copy.originals, float.weights) { own.value = weight.value }
    return copy
  }

  /// Explains each layer's quantizers as text, followed by the ``warnings`` if there are any.
  public func explain() -> String {
    (explanations.map(\.text) + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }

  /// The quantizers, each once, with a path of layer and tensor: `quant_dense/kernel`, `quant_dense/output`.
  public var quantizers: [(path: String, quantizer: Quantizer)] {
    layers.flatMap { layer in
      QuantizedParts(layer).ownQuantizers.map { ("\(layer.name)/\($0.name)", $0.quantizer) }
    }
  }

  /// The settings of the quantizer that each range in a file of weights belongs to.
  package var weightSettings: [(name: String, value: String)] {
    let unfolded = Set(
      layers.compactMap { QuantizedParts($0).folded }
        .filter { $0.folding == .unfolded }.compactMap { $0.quantizer.map(ObjectIdentifier.init) })
    return quantizers.map { path, quantizer in
      let kernel = unfolded.contains(ObjectIdentifier(quantizer)) ? ", of the unfolded kernel" : ""
      let logarithm = (quantizer as? LearnedStepQuantizer)?.isLogarithmic == true ? ", by its logarithm" : ""
      return ("quantizer of \(path)", quantizer.summary + logarithm + kernel)
    }
  }

  /// The quantizers of weights, in the order of ``quantizers``.
  var weightQuantizers: [Quantizer] {
    layers.flatMap { QuantizedParts($0).weightQuantizers.map(\.quantizer) }
  }

  /// Copies the quantized model, with its current weights, ranges and phases.
  ///
  /// The copy is made from the annotated model by the scheme, as this model was; the two share nothing.
  public override func copied() throws(LayerCopyError) -> Layer {
    let copy: QuantizedModel
    do {
      copy = try quantize(try blueprint.copy(), annotatesAll: false, scheme: scheme)
    } catch {
      throw LayerCopyError(layer: title, remedy: "\(error)")
    }
    copy.copyWeights(from: self)
    copy.copyTrainable(from: self)
    for (new, old) in zip(copy.quantizers, quantizers) { new.quantizer.phase = old.quantizer.phase }
    return copy
  }

  /// The name, the scheme, the number of quantized layers, and a table of the quantizers.
  ///
  /// `explain()` says why each quantizer is there, and `summary()` lists shapes and weights.
  public override var description: String {
    let original = explanations.filter { QuantizedParts(layer($0.name)).quantization == nil }
    let quantized = original.count { !$0.decisions.isEmpty }
    let title = "\(name): \(scheme.name); \(quantized) of \(original.count) layers quantized"
    let table = TextTable(
      columns: ["layer", "type", "weights", "output"],
      rows: explanations.map { explanation in
        let (weights, output) = quantization(of: explanation)
        return [explanation.name, explanation.layer, weights, output]
      })
    let count = warnings.count
    let hint =
      count == 0 ? [] : [count == 1 ? "1 warning: see explain()" : "\(count) warnings: see explain()"]
    return ([title] + table.terminalLines() + hint).joined(separator: "\n")
  }
}

extension QuantizedModel {
  private func quantization(of explanation: Explanation) -> (weights: String, output: String) {
    let layer = layer(explanation.name)
    let parts = QuantizedParts(layer)
    let weights = parts.weightQuantizers.map { "\($0.name) \(Self.brief($0.quantizer))" }
    let inFloat = explanation.decisions.isEmpty ? "float" : "–"
    return (
      weights.isEmpty ? (layer.namedWeights.isEmpty ? "–" : inFloat) : weights.joined(separator: ", "),
      parts.output.map { Self.brief($0) + (parts.sharesOutput ? ", shared" : "") } ?? inFloat
    )
  }

  /// The bits and the range of a quantizer: `8 bits, 0…3.14`.
  private static func brief(_ quantizer: Quantizer) -> String {
    let format = quantizer.format
    let bits = format.bitWidth == 1 ? "1 bit" : "\(format.bitWidth) bits"
    if format.isPerChannel { return bits + " per channel" + (quantizer.range == nil ? ", no range" : "") }
    guard let range = quantizer.range else { return bits + ", no range" }
    guard range.isFinite else { return bits + ", no finite range" }
    let ends = [range.low[0], range.high[0]].map { NumberFormat.significant(3).string(Double($0)) }
    return "\(bits), \(ends[0])…\(ends[1])"
  }
}
