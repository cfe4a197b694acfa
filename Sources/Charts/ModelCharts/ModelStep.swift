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
  /// The name of the wrapper whose layer the step is; nil for a layer without one, and for two that are fused.
  var wrapper: String?
  /// Whether the output's quantizer belongs to another layer.
  var sharesOutput = false

  init(_ node: ModelNode, at index: Int) {
    let parts = QuantizedParts(node.layer)
    (self.index, inputs) = (index, node.inputs)
    wrapper = parts.wrapper?.name
    (weights, output, sharesOutput) = (parts.weightQuantizers, parts.output, parts.sharesOutput)
    if case .input = node.layer.semantics {
      (lines, kind) = (["input"], .dynamicValue)
    } else if parts.quantization != nil {
      (lines, kind) = ([], .quantizer)
    } else {
      (lines, kind) = (Self.lines(parts), parts.core.weights.isEmpty ? .operation : .layer)
      type = Self.type(parts.core)
    }
    // A quantizer that is off changes nothing, so it is not drawn.
    weights.removeAll { $0.quantizer.phase == .off }
    if output?.phase == .off { output = nil }
  }

  /// The text in the box, with the layer's type in full detail.
  func lines(_ detail: GraphDetail) -> [String] {
    guard detail == .full, let type, let name = lines.first else { return lines }
    return [name, type] + lines.dropFirst()
  }

  /// The text for a layer: its name, and the normalization or activation that is part of it.
  private static func lines(_ parts: QuantizedParts) -> [String] {
    lines(parts.core) + (parts.folded.map { ["+ \($0.normalization.name)"] } ?? [])
  }

  private static func lines(_ layer: Layer) -> [String] {
    switch layer {
    case let mark as QuantizeAnnotate: return lines(mark.layer) + ["annotated"]
    case let model as Model: return [model.name, "a model of \(model.layers.count) layers"]
    case let layer as Activation: return [layer.function.rawValue]
    default:
      guard let function = layer.linearSemantics?.activation, function != .linear else { return [layer.name] }
      return [layer.name, "+ \(function.rawValue)"]
    }
  }

  /// The type of a layer; nil if the name begins with it, or if the text says it.
  private static func type(_ layer: Layer) -> String? {
    switch layer {
    case let mark as QuantizeAnnotate: return type(mark.layer)
    case is Model, is Activation: return nil
    default:
      let type = "\(Swift.type(of: layer))"
      let letters = layer.name.lowercased().filter { $0.isLetter || $0.isNumber }
      return letters.hasPrefix(type.lowercased()) ? nil : type
    }
  }

  /// The name of a layer that is a quantized ReLU; nil for any other layer.
  static func reluName(_ layer: Layer) -> String? {
    let parts = QuantizedParts(layer)
    guard parts.wrapper != nil, parts.core.elementFunction?.reluRange != nil else { return nil }
    return lines(parts.core)[0]
  }
}

extension Model {
  /// The boxes of the model: one a node, but a quantized ReLU is fused with the layer before it.
  var steps: [ModelStep] {
    // A model that was put together of quantized layers by hand has no plan of its own yet.
    let plan = (self as? QuantizedModel)?.plan ?? InferencePlan(nodes, outputs: outputIndices)
    return plan.operations.map(\.nodes).flatMap { covered in
      var steps: [ModelStep] = []
      for index in covered {
        let step = ModelStep(nodes[index], at: index)
        guard let last = steps.indices.last, let name = ModelStep.reluName(nodes[index].layer) else {
          steps.append(step)
          continue
        }
        steps[last].index = index
        steps[last].lines.append("+ \(name)")
        steps[last].wrapper = nil
        (steps[last].output, steps[last].sharesOutput) = (step.output, step.sharesOutput)
      }
      return steps
    }
  }
}
