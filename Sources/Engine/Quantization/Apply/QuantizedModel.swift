import Layers
import Quantizers
import Support
import Tensors

/// A model that computes in floats what its integer form will compute, and can be trained to do so well.
///
/// Its weights include the ranges of all quantizers, so saving and loading weights saves and loads those.
public final class QuantizedModel: Model, WeightSettings {
  /// The backend it simulates.
  public let scheme: QuantizeScheme
  /// What was decided for each layer.
  public let explanations: [Explanation]
  /// The annotated model it was made from, a copy: its marks say what is quantized, and how.
  private let annotatedModel: Model
  /// Where each of the annotated model's weights is in this model.
  private var places: [Variable] = []

  /// Makes the model of a finished graph; `annotatedModel` is a copy of the original, `variables` are the
  /// original's weights in the same order.
  init(_ graph: QuantizeGraph, annotatedModel: Model, variables: [Variable]) {
    let (inputs, outputs, explanations) = graph.build()
    (scheme, self.explanations, self.annotatedModel) = (graph.scheme, explanations, annotatedModel)
    // A model calls each layer once to learn its shape: nothing is to be observed then.
    for quantizer in graph.quantizers { quantizer.phase = .off }
    super.init(
      inputs: inputs, outputs: outputs, name: "quantized_\(annotatedModel.name)",
      seed: annotatedModel.seed ?? 0)
    for quantizer in graph.quantizers { quantizer.phase = .learning }
    places = variables.compactMap { graph.place(of: $0) }
    require(places.count == variables.count, "\(name): a weight was lost while the model was rewritten")
    for (place, variable) in zip(places, variables) { place.value = variable.value }
  }

  /// The float model again, with the weights as they are now.
  func withoutQuantization() -> Model {
    let model = floatCopy(of: annotatedModel)
    for (weight, place) in zip(model.weights, places) { weight.value = place.value }
    return model
  }

  /// What was decided for each layer, and why, as text; then the `warnings`, if there are any.
  public func explain() -> String {
    (explanations.map(\.text) + warnings.map { "warning: \($0)" }).joined(separator: "\n")
  }

  /// The quantizers, each once, with the path of the layer and the tensor that it quantizes:
  /// `quant_dense/kernel`, `quant_dense/output`.
  public var quantizers: [(path: String, quantizer: Quantizer)] {
    layers.flatMap { layer in
      let weights = (layer as? QuantizeWrapper)?.allWeightQuantizers ?? []
      return (weights + Self.outputQuantizers(of: layer)).map { ("\(layer.name)/\($0.name)", $0.quantizer) }
    }
  }

  /// Which quantizer each range in a file of weights belongs to.
  package var weightSettings: [(name: String, value: String)] {
    let unfolded = Set(
      layers.compactMap { ($0 as? QuantizeWrapper)?.layer as? FoldedBatchNorm }
        .filter { $0.folding == .unfolded }.compactMap { $0.quantizer.map(ObjectIdentifier.init) })
    return quantizers.map { path, quantizer in
      let kernel = unfolded.contains(ObjectIdentifier(quantizer)) ? ", of the unfolded kernel" : ""
      return ("quantizer of \(path)", quantizer.summary + kernel)
    }
  }

  /// Those of weights, in the same order.
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

  /// Another quantized model with the weights, ranges and phases that this one has now.
  ///
  /// It is made as this one was, from the annotated model by the scheme; afterwards the two go their own ways.
  public override func copied() -> Layer {
    do {
      let copy = try quantizeApply(annotatedModel, calibratingOn: [[Tensor]]?.none, scheme: scheme)
      copy.copyWeights(from: self)
      for (new, old) in zip(copy.allLayers, allLayers) where !old.trainable { new.trainable = false }
      for (new, old) in zip(copy.quantizers, quantizers) { new.quantizer.phase = old.quantizer.phase }
      return copy
    } catch {
      require(false, "\(title) cannot be copied, though it could be made: \(error)")
      return self
    }
  }
}
