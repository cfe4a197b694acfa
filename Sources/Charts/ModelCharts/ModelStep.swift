import Charting
import Layers
import Quantization
import Quantizers
import Support

/// What a diagram shows as one box: a layer, and what is computed with it in one operation.
struct ModelStep {
  /// The number, in the model's `nodes`, of the node whose output is this step's.
  var place: Int
  /// The numbers of the nodes whose outputs it takes.
  let inputs: [Int]
  /// What is written in the box, the layer's name first.
  var lines: [String]
  /// The layer's type, where the name does not say it.
  var type: String?
  /// What it is.
  let kind: GraphDiagram.Node.Kind
  /// The quantizers of its weights, by name.
  var weights: [(name: String, quantizer: Quantizer)] = []
  /// The quantizer of its output.
  var output: Quantizer?
  /// Whether that quantizer is another layer's.
  var sharesOutput = false
  /// Whether a ReLU behind it runs in the same operation: nothing is rounded before that.
  var awaitsReLU = false

  init(_ node: ModelNode, at place: Int) {
    (self.place, inputs) = (place, node.inputs)
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
    // A quantizer that is off changes nothing: it is as good as not there.
    weights.removeAll { $0.quantizer.phase == .off }
    if output?.phase == .off { output = nil }
    if kind != .dynamicValue, kind != .quantizer { type = Self.type(node.layer) }
  }

  /// What is written in the box: with the type where there is room for it.
  func lines(_ detail: GraphDetail) -> [String] {
    guard detail == .full, let type, let name = lines.first else { return lines }
    return [name, type] + lines.dropFirst()
  }

  /// What is written for a layer: its name, and what is folded into it.
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

  /// The type of the layer, of what a wrapper holds, unless its name begins with it.
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
  /// The model as boxes: its nodes, a quantized ReLU joined to the layer whose operation it is part of.
  var steps: [ModelStep] {
    var steps: [ModelStep] = []
    for (place, node) in nodes.enumerated() {
      let step = ModelStep(node, at: place)
      let readers = node.inputs.first.map { source in nodes.filter { $0.inputs.contains(source) }.count }
      guard let wrapper = node.layer as? QuantizeWrapper, let name = reluName(wrapper.layer), readers == 1,
        let producer = steps.firstIndex(where: { $0.place == node.inputs[0] && $0.awaitsReLU }),
        !outputIndices.contains(node.inputs[0])
      else {
        steps.append(step)
        continue
      }
      steps[producer].place = place
      steps[producer].lines.append("+ \(name)")
      (steps[producer].output, steps[producer].sharesOutput) = (step.output, step.sharesOutput)
      steps[producer].awaitsReLU = false
    }
    return steps
  }

  /// What a ReLU is called; nil for any other layer.
  private func reluName(_ layer: Layer) -> String? {
    switch layer {
    case is ReLU: layer.name
    case let layer as Activation where layer.function == .relu || layer.function == .relu6:
      layer.function.rawValue
    default: nil
    }
  }
}
