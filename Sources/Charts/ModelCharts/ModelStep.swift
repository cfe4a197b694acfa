import Charting
import Layers
import Quantization
import Quantizers

/// One box of a diagram: a layer with everything that is computed in the same operation.
struct ModelStep {
  /// The index, in the model's `nodes`, of the node whose output this step gives.
  var index: Int
  /// The indices of the nodes whose outputs the step takes.
  let inputs: [Int]
  /// The text in the box, the layer's name first.
  var lines: [String]
  /// The layer's type, unless the name begins with it.
  var type: String?
  /// The shape and colour of the box.
  let kind: GraphDiagram.Node.Kind
  /// The quantizers of the weights, by name.
  var weights: [(name: String, quantizer: Quantizer)] = []
  /// The quantizer of the output.
  var output: Quantizer?
  /// Whether the output's quantizer belongs to another layer.
  var sharesOutput = false
  /// Whether a ReLU that follows is fused with the step: the step's own output is not quantized.
  var awaitsReLU = false

  init(_ node: ModelNode, at index: Int) {
    (self.index, inputs) = (index, node.inputs)
    switch node.layer {
    case _ where node.output is Input:
      (lines, kind) = (["input"], .dynamicValue)
    case let layer as QuantizeLayer:
      (lines, kind, output, sharesOutput) = ([], .quantizer, layer.quantizer, layer.isShared)
    case let wrapper as QuantizeWrapper:
      (lines, kind) = (Self.lines(wrapper.layer), Self.kind(wrapper.layer))
      weights = wrapper.allWeightQuantizers
      (output, sharesOutput) = (wrapper.outputQuantizer, wrapper.sharesOutputQuantizer)
      awaitsReLU = output == nil && Self.multiplies(wrapper.layer)
    default:
      (lines, kind) = (Self.lines(node.layer), Self.kind(node.layer))
      awaitsReLU = node.layer is Add
    }
    // A quantizer that is off changes nothing, so it is not drawn.
    weights.removeAll { $0.quantizer.phase == .off }
    if output?.phase == .off { output = nil }
    if kind != .dynamicValue, kind != .quantizer { type = Self.type(node.layer) }
  }

  /// The text in the box, with the layer's type in full detail.
  func lines(_ detail: GraphDetail) -> [String] {
    guard detail == .full, let type, let name = lines.first else { return lines }
    return [name, type] + lines.dropFirst()
  }

  /// The text for a layer: its name, and the normalization or activation that is part of it.
  private static func lines(_ layer: Layer) -> [String] {
    switch layer {
    case let folded as FoldedBatchNorm:
      lines(folded.layer) + ["+ \(folded.normalization.name)"]
    case let mark as QuantizeAnnotate: lines(mark.layer) + ["annotated"]
    case let model as Model: [model.name, "a model of \(model.layers.count) layers"]
    case let layer as Dense: [layer.name] + activation(layer.activation)
    case let layer as BaseConv2D: [layer.name] + activation(layer.activation)
    case let layer as Activation: [layer.function.rawValue]
    default: [layer.name]
    }
  }

  /// The type of a layer, or of the layer inside a wrapper; nil if the name begins with it.
  private static func type(_ layer: Layer) -> String? {
    switch layer {
    case let wrapper as QuantizeWrapper: return type(wrapper.layer)
    case let folded as FoldedBatchNorm: return type(folded.layer)
    case let mark as QuantizeAnnotate: return type(mark.layer)
    case is Model, is Activation: return nil
    default:
      let type = "\(Swift.type(of: layer))"
      let letters = layer.name.lowercased().filter { $0.isLetter || $0.isNumber }
      return letters.hasPrefix(type.lowercased()) ? nil : type
    }
  }

  private static func activation(_ function: ActivationFunction) -> [String] {
    function == .linear ? [] : ["+ \(function.rawValue)"]
  }

  private static func kind(_ layer: Layer) -> GraphDiagram.Node.Kind {
    layer.weights.isEmpty ? .operation : .layer
  }

  private static func multiplies(_ layer: Layer) -> Bool {
    layer is FoldedBatchNorm || layer is Dense || layer is BaseConv2D
  }
}

extension Model {
  /// The boxes of the model: one a node, but a quantized ReLU is fused with the layer before it.
  var steps: [ModelStep] {
    var steps: [ModelStep] = []
    for (index, node) in nodes.enumerated() {
      let step = ModelStep(node, at: index)
      let consumers = node.inputs.first.map { source in nodes.filter { $0.inputs.contains(source) }.count }
      guard let wrapper = node.layer as? QuantizeWrapper, let name = reluName(wrapper.layer), consumers == 1,
        let producer = steps.firstIndex(where: { $0.index == node.inputs[0] && $0.awaitsReLU }),
        !outputIndices.contains(node.inputs[0])
      else {
        steps.append(step)
        continue
      }
      steps[producer].index = index
      steps[producer].lines.append("+ \(name)")
      (steps[producer].output, steps[producer].sharesOutput) = (step.output, step.sharesOutput)
      steps[producer].awaitsReLU = false
    }
    return steps
  }

  /// The name of a ReLU; nil for any other layer.
  private func reluName(_ layer: Layer) -> String? {
    switch layer {
    case is ReLU: layer.name
    case let layer as Activation where layer.function == .relu || layer.function == .relu6:
      layer.function.rawValue
    default: nil
    }
  }
}
