import Layers
import Quantizers
import Tensors

/// The decisions that need the final graph, made from its end to its beginning.
extension QuantizeGraph {
  /// Shares, replaces and adds quantizers in the final graph.
  ///
  /// - Throws: ``QuantizationError/unsupportedLayer(layer:remedy:)`` for a normalization that could not be folded,
  /// or a layer whose calls have different configurations for its weights.
  mutating func placeQuantizers() throws(QuantizationError) {
    for node in nodes where node.isAnnotated && !node.hasOwnConfig {
      if let layer = node.layer, case .normalization = layer.semantics { _ = try registry.config(for: layer) }
    }
    quantizeModelOutputs()
    if scheme.sharesConcatenationScales { shareConcatenationScales() }
    quantizeInputs()
    resolveSharedInputs()
    try shareWeightQuantizers()
  }

  /// Gives the model's outputs, or the logits before a final softmax, the scheme's quantizer for outputs.
  private mutating func quantizeModelOutputs() {
    for output in outputs {
      var node = source(of: output)
      while node.sharesInputGrid || node.outputQuantizer is FixedQuantizer, node.inputs.count == 1 {
        node = source(of: node.inputs[0])
      }
      guard node.outputQuantizer != nil, !node.hasOwnConfig, !(node.outputQuantizer is FixedQuantizer),
        let config = node.config
      else { continue }
      let quantizer = scheme.outputs()
      self[node.id].config = QuantizeConfig(weights: config.weights, output: .quantized(quantizer))
      self[node.id].decisions.append(
        Decision(action: .replaced, tensor: "output", rule: "model output", reason: quantizer.summary))
    }
  }

  /// Gives the inputs of each concatenation the scale of its output, as some runtimes require.
  ///
  /// The values are quantized once, behind the concatenation; the layers before it lose their output quantizers.
  private mutating func shareConcatenationScales() {
    for id in nodes.map(\.id).reversed() {
      guard self[id].isConcatenation, !self[id].hasOwnConfig, let quantizer = self[id].outputQuantizer
      else { continue }
      for input in self[id].inputs { removeOutput(of: input, feeding: id, self[id].name, quantizer) }
    }
  }

  /// Removes the output quantizer of a node whose values reach a concatenation.
  ///
  /// Other consumers of these values get the concatenation's quantizer on their edges.
  ///
  /// - Parameters:
  ///   - producer: The node before `consumer`. The quantizer may belong to a node further back.
  ///   - consumer: The concatenation.
  ///   - name: The name of the concatenation that has the scale.
  ///   - quantizer: The quantizer of its output.
  private mutating func removeOutput(
    of producer: Int, feeding consumer: Int, _ name: String, _ quantizer: Quantizer
  ) {
    let source = source(of: producer).id
    let isConcatenation = self[source].isConcatenation
    guard let own = self[source].outputQuantizer, !self[source].hasOwnConfig, !(own is FixedQuantizer),
      !self[source].isQuantization
    else { return }
    self[source].removeOutput(
      .shared, rule: "one scale for a concatenation",
      reason: "the runtime wants the inputs of \(name) on its scale; they are rounded behind it")
    var (id, next) = (producer, consumer)
    while true {
      let others = consumers(of: id).filter { $0 != next }
      if !others.isEmpty || outputs.contains(id) {
        insertShared(quantizer, after: id, for: others, name)
      }
      guard id != source else { break }
      (id, next) = (self[id].inputs[0], id)
    }
    if isConcatenation {
      for input in self[source].inputs { removeOutput(of: input, feeding: source, name, quantizer) }
    }
  }

  private mutating func insertShared(
    _ quantizer: Quantizer, after producer: Int, for others: [Int], _ name: String
  ) {
    let layer = QuantizeLayer(
      quantizer, isShared: true, name: uniqueName("quantize_\(self[producer].name)"))
    let isOutput = outputs.contains(producer)
    let id = insert(
      layer, after: producer, for: others, config: QuantizeConfig(weights: [], output: .quantized(quantizer)),
      decisions: [
        Decision(
          action: .shared, tensor: "output", rule: "one scale for a concatenation",
          reason: "what else reads \(self[producer].name) sees it on the scale of \(name)")
      ])
    if isOutput { replaceOutput(producer, by: id) }
  }

  /// Quantizes the inputs of annotated layers that come from outside the model or from layers left in float.
  ///
  /// Annotated layers that only move values, such as Flatten, need a grid only if they lead to an output of the model.
  private mutating func quantizeInputs() {
    for id in nodes.map(\.id) {
      let node = self[id]
      guard node.isAnnotated, !node.passesThrough, !node.isQuantization else { continue }
      if scheme.sharesConcatenationScales, node.isConcatenation { continue }
      for input in node.inputs where effectiveQuantizer(of: input) == nil {
        quantizeSource(of: input, feeding: node.name)
      }
    }
    let isWhole = nodes.allSatisfy { $0.layer == nil || $0.isAnnotated }
    for output in outputs where effectiveQuantizer(of: output) == nil {
      guard self[output].isAnnotated || self[output].layer == nil && isWhole else { continue }
      quantizeSource(of: output, feeding: "an output of the model")
    }
  }

  /// Quantizes the values that reach a node unchanged, if they come from outside the model or from a float layer.
  private mutating func quantizeSource(of id: Int, feeding reader: String) {
    let source = source(of: id)
    guard source.layer == nil || !source.isAnnotated else { return }
    let isOutput = outputs.contains(source.id) && source.layer == nil && id == source.id
    if isOutput, let known = nodes.first(where: { $0.isQuantization && $0.inputs == [source.id] }) {
      return replaceOutput(source.id, by: known.id)
    }
    let readers = consumers(of: source.id).filter { self[$0].isAnnotated }
    let quantizer = scheme.inputs()
    let what = source.layer == nil ? "the model's input" : "the float layer \(source.name)"
    let layer = QuantizeLayer(quantizer, name: uniqueName("quantize_\(source.name)"))
    // Between layers that are frozen, a learned range is frozen too.
    layer.trainable = ([source] + readers.map { self[$0] }).contains { $0.layer?.trainable ?? false }
    let new = insert(
      layer, after: source.id, for: readers,
      config: QuantizeConfig(weights: [], output: .quantized(quantizer)),
      decisions: [
        Decision(
          action: .placed, tensor: "output", rule: "input of quantized layers",
          reason: "\(quantizer.summary); \(what) feeds \(reader)")
      ])
    if isOutput { replaceOutput(source.id, by: new) }
  }

  /// Gives a layer that shares its input's grid a quantizer of its own if the input has no grid.
  private mutating func resolveSharedInputs() {
    for node in nodes where node.sharesInputGrid && effectiveQuantizer(of: node.inputs[0]) == nil {
      let quantizer = scheme.activations()
      self[node.id].config = QuantizeConfig(
        weights: node.config?.weights ?? [], output: .quantized(quantizer))
      self[node.id].decisions.append(
        Decision(
          action: .replaced, tensor: "output", rule: "no grid to share",
          reason: "\(quantizer.summary); its input is on no grid"))
    }
  }

  /// Gives all calls of a layer the quantizers that its first call has for the weights.
  ///
  /// The outputs of the calls have ranges of their own. A call with another normalization folded into it has another
  /// kernel, and so other quantizers.
  private mutating func shareWeightQuantizers() throws(QuantizationError) {
    for (place, node) in nodes.enumerated() {
      guard let layer = node.layer, let config = node.config, !config.weights.isEmpty,
        let first = nodes[..<place].first(where: { $0.isCall(ofSameWeightsAs: node) })
      else { continue }
      let weights = first.config?.weights ?? []
      let descriptions = [weights, config.weights].map { $0.map { "\($0.name): \($0.quantizer.summary)" } }
      guard descriptions[0] == descriptions[1] else {
        throw .unsupportedLayer(
          layer: layer.title,
          remedy:
            "it is called several times, and its configurations differ in its weights, which are the same for "
            + "all calls: give each call the same weights")
      }
      self[node.id].config = QuantizeConfig(weights: weights, output: config.output)
      for (name, _) in weights {
        self[node.id].decisions.append(
          Decision(
            action: .shared, tensor: name, rule: "one layer, several calls",
            reason: "all calls of \(layer.name) have the same weights"))
      }
    }
  }
}
