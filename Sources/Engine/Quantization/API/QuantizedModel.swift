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
  /// A copy of the annotated model that this model was made from; its annotations say what is quantized.
  private let annotatedModel: Model
  /// The variables of this model that hold the annotated model's weights, in the order of those weights.
  private var originals: [Variable] = []

  /// Creates the model of a finished graph.
  ///
  /// `annotatedModel` is a copy of the original, and `variables` are the original's weights in the same order.
  init(_ graph: QuantizeGraph, annotatedModel: Model, variables: [Variable]) {
    let (inputs, outputs, explanations) = graph.build()
    (scheme, self.explanations, self.annotatedModel) = (graph.scheme, explanations, annotatedModel)
    plan = InferencePlan([], outputs: [])
    // Model.init calls each layer once to learn its shapes, and quantizers must not observe that.
    for quantizer in graph.quantizers { quantizer.phase = .off }
    super.init(
      inputs: inputs, outputs: outputs, name: "quantized_\(annotatedModel.name)",
      seed: annotatedModel.seed ?? 0)
    for quantizer in graph.quantizers { quantizer.phase = .learning }
    plan = InferencePlan(nodes, outputs: outputIndices)
    if let rule = scheme.requantization { plan.simulateIntegers(rule) }
    originals = variables.compactMap { graph.variable(for: $0) }
    require(originals.count == variables.count, "\(name): a weight was lost while the model was rewritten")
    for (own, variable) in zip(originals, variables) { own.value = variable.value }
  }

  /// Makes the float model again, with the weights as they are now.
  func withoutQuantization() -> Model {
    let model = floatCopy(of: annotatedModel)
    for (weight, own) in zip(model.weights, originals) { weight.value = own.value }
    return model
  }

  /// Explains each layer's quantizers as text, followed by the ``warnings`` if there are any.
  public func explain() -> String {
    (explanations.map(\.text) + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }

  /// The quantizers, each once, with a path of layer and tensor: `quant_dense/kernel`, `quant_dense/output`.
  public var quantizers: [(path: String, quantizer: Quantizer)] {
    layers.flatMap { layer in
      let weights = (layer as? QuantizeWrapper)?.allWeightQuantizers ?? []
      return (weights + Self.outputQuantizers(of: layer)).map { ("\(layer.name)/\($0.name)", $0.quantizer) }
    }
  }

  /// The settings of the quantizer that each range in a file of weights belongs to.
  package var weightSettings: [(name: String, value: String)] {
    let unfolded = Set(
      layers.compactMap { ($0 as? QuantizeWrapper)?.layer as? FoldedBatchNorm }
        .filter { $0.folding == .unfolded }.compactMap { $0.quantizer.map(ObjectIdentifier.init) })
    return quantizers.map { path, quantizer in
      let kernel = unfolded.contains(ObjectIdentifier(quantizer)) ? ", of the unfolded kernel" : ""
      return ("quantizer of \(path)", quantizer.summary + kernel)
    }
  }

  /// The quantizers of weights, in the order of ``quantizers``.
  var weightQuantizers: [Quantizer] {
    layers.flatMap { ($0 as? QuantizeWrapper)?.allWeightQuantizers.map(\.quantizer) ?? [] }
  }

  private static func outputQuantizers(of layer: Layer) -> [(name: String, quantizer: Quantizer)] {
    switch layer {
    case let layer as QuantizeLayer where !layer.isShared: [("output", layer.quantizer)]
    case let wrapper as QuantizeWrapper where !wrapper.sharesOutputQuantizer:
      wrapper.outputQuantizer.map { [("output", $0)] } ?? []
    default: []
    }
  }

  /// Copies the quantized model, with its current weights, ranges and phases.
  ///
  /// The copy is made from the annotated model by the scheme, as this model was; the two share nothing.
  public override func copied() -> Layer {
    do {
      let copy = try quantizeApply(annotatedModel, calibratingOn: [[Tensor]]?.none, scheme: scheme)
      copy.copyWeights(from: self)
      for (new, old) in zip(copy.allLayers, allLayers) where !old.trainable { new.trainable = false }
      for (new, old) in zip(copy.quantizers, quantizers) { new.quantizer.phase = old.quantizer.phase }
      return copy
    } catch {
      stop("\(title) cannot be copied, though it could be made: \(error)")
    }
  }

  /// The name, the scheme, the number of quantized layers, and a table of the quantizers.
  ///
  /// `explain()` says why each quantizer is there, and `summary()` lists shapes and weights.
  public override var description: String {
    let original = explanations.filter { !(layer($0.name) is QuantizeLayer) }
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
    let wrapper = layer as? QuantizeWrapper
    let weights = (wrapper?.allWeightQuantizers ?? []).map { "\($0.name) \(Self.brief($0.quantizer))" }
    let inFloat = explanation.decisions.isEmpty ? "float" : "–"
    let quantizer = (layer as? QuantizeLayer)?.quantizer ?? wrapper?.outputQuantizer
    let isShared = (layer as? QuantizeLayer)?.isShared ?? wrapper?.sharesOutputQuantizer ?? false
    return (
      weights.isEmpty ? (layer.namedWeights.isEmpty ? "–" : inFloat) : weights.joined(separator: ", "),
      quantizer.map { Self.brief($0) + (isShared ? ", shared" : "") } ?? inFloat
    )
  }

  /// The bits and the range of a quantizer: `8 bits, 0…3.14`.
  private static func brief(_ quantizer: Quantizer) -> String {
    let format = quantizer.format
    let bits = format.bitWidth == 1 ? "1 bit" : "\(format.bitWidth) bits"
    if format.isPerChannel { return bits + " per channel" + (quantizer.range == nil ? ", no range" : "") }
    guard let range = quantizer.range else { return bits + ", no range" }
    let ends = [range.low[0], range.high[0]].map { NumberFormat.significant(3).string(Double($0)) }
    return "\(bits), \(ends[0])…\(ends[1])"
  }
}
