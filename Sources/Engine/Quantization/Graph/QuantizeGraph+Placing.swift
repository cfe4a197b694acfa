import Layers
import Quantizers
import Tensors

/// What is decided when the graph has its final form, from its end to its beginning.
extension QuantizeGraph {
  /// Refuses what no transform could make use of, then shares, replaces and adds quantizers.
  ///
  /// - Throws: `QuantizationError.unsupportedLayer` for a normalization that could not be folded.
  mutating func place() throws(QuantizationError) {
    for node in nodes where node.isAnnotated && !node.hasOwnConfig {
      if let layer = node.layer as? BatchNormalization { _ = try registry.config(for: layer) }
    }
    quantizeModelOutputs()
    if scheme.sharesConcatenationScales { shareConcatenationScales() }
    quantizeInputs()
    resolveSharedInputs()
  }

  /// The model's outputs, or the logits before a final softmax, have the scheme's quantizer for outputs.
  private mutating func quantizeModelOutputs() {
    for output in outputs {
      var node = source(of: output)
      while node.isOnItsInputsGrid || node.outputQuantizer is FixedQuantizer, node.inputs.count == 1 {
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

  /// Where a runtime wants one scale for all inputs of a concatenation and its result, values are rounded
  /// once, behind it: what feeds it loses its own quantizer.
  private mutating func shareConcatenationScales() {
    for id in nodes.map(\.id).reversed() {
      guard self[id].layer is Concatenate, !self[id].hasOwnConfig, let quantizer = self[id].outputQuantizer
      else { continue }
      for input in self[id].inputs { yield(input, to: id, of: self[id].name, quantizer) }
    }
  }

  /// Takes away the quantizer behind `producer`, whose values go on to `consumer` and so to the
  /// concatenation; what else reads them gets the concatenation's quantizer on its edge.
  private mutating func yield(_ producer: Int, to consumer: Int, of name: String, _ quantizer: Quantizer) {
    let source = source(of: producer).id
    let isConcatenation = self[source].layer is Concatenate
    guard let own = self[source].outputQuantizer, !self[source].hasOwnConfig, !(own is FixedQuantizer),
      !(self[source].layer is QuantizeLayer)
    else { return }
    self[source].removeOutput(
      .shared, rule: "one scale for a concatenation",
      reason: "the runtime wants the inputs of \(name) on its scale; they are rounded behind it")
    var (place, next) = (producer, consumer)
    while true {
      let others = consumers(of: place).filter { $0 != next }
      if !others.isEmpty || outputs.contains(place) {
        insertShared(quantizer, after: place, for: others, name)
      }
      guard place != source else { break }
      (place, next) = (self[place].inputs[0], place)
    }
    if isConcatenation { for input in self[source].inputs { yield(input, to: source, of: name, quantizer) } }
  }

  private mutating func insertShared(
    _ quantizer: Quantizer, after place: Int, for others: [Int], _ name: String
  ) {
    let layer = QuantizeLayer(
      quantizer, isShared: true, name: uniqueName("quantize_\(self[place].name)"))
    let isOutput = outputs.contains(place)
    let id = insert(
      layer, after: place, for: others, config: QuantizeConfig(weights: [], output: .quantized(quantizer)),
      decisions: [
        Decision(
          action: .shared, tensor: "output", rule: "one scale for a concatenation",
          reason: "what else reads \(self[place].name) sees it on the scale of \(name)")
      ])
    if isOutput { replaceOutput(place, by: id) }
  }

  /// What an annotated layer reads is on a grid: inputs of the model, and outputs of layers left in float,
  /// are quantized on the way to it.
  private mutating func quantizeInputs() {
    for id in nodes.map(\.id) {
      let node = self[id]
      guard node.isAnnotated, !node.passesThrough, !(node.layer is QuantizeLayer) else { continue }
      if scheme.sharesConcatenationScales, node.layer is Concatenate { continue }
      for input in node.inputs where effectiveQuantizer(of: input) == nil {
        let source = source(of: input)
        guard source.layer == nil || !source.isAnnotated else { continue }
        let readers = consumers(of: source.id).filter { self[$0].isAnnotated }
        let quantizer = scheme.inputs()
        let what = source.layer == nil ? "the model's input" : "the float layer \(source.name)"
        _ = insert(
          QuantizeLayer(quantizer, name: uniqueName("quantize_\(source.name)")), after: source.id,
          for: readers,
          config: QuantizeConfig(weights: [], output: .quantized(quantizer)),
          decisions: [
            Decision(
              action: .placed, tensor: "output", rule: "input of quantized layers",
              reason: "\(quantizer.summary); \(what) feeds \(node.name)")
          ])
      }
    }
  }
  /// A layer that shares its input's grid has one of its own where that input is on none.
  private mutating func resolveSharedInputs() {
    for node in nodes where node.isOnItsInputsGrid && effectiveQuantizer(of: node.inputs[0]) == nil {
      let quantizer = scheme.activations()
      self[node.id].config = QuantizeConfig(
        weights: node.config?.weights ?? [], output: .quantized(quantizer))
      self[node.id].decisions.append(
        Decision(
          action: .replaced, tensor: "output", rule: "no grid to share",
          reason: "\(quantizer.summary); its input is on no grid"))
    }
  }
}
