import Layers
import Quantizers
import Tensors

/// One layer of a model that is being quantized.
///
/// Its layer is a copy, not built, and belongs to the model to come.
struct QuantizeNode {
  /// The number by which other nodes refer to it; it never changes.
  let id: Int
  /// The layer, or nil for an input of the model.
  var layer: Layer?
  /// The name: the layer's, or the input's.
  var name: String
  /// The shape of one example of an input of the model.
  var inputShape: [Int] = []
  /// The numbers of the nodes whose outputs it takes.
  var inputs: [Int]
  /// What is quantized; nil leaves the layer in float.
  var config: QuantizeConfig?
  /// Whether the configuration is the user's, which no transform changes.
  var hasOwnConfig = false
  /// The normalization folded into the layer.
  var normalization: BatchNormalization?
  /// What was decided, in order.
  var decisions: [Decision] = []

  /// Whether the layer is to be quantized.
  var isAnnotated: Bool { config != nil }

  /// The quantizer of the outputs, if the node has one of its own.
  var outputQuantizer: Quantizer? {
    if case .quantized(let quantizer)? = config?.output { return quantizer }
    return nil
  }

  /// Whether the outputs are quantized to the grid of the input.
  var isOnItsInputsGrid: Bool {
    if case .sharedWithInput? = config?.output { return true }
    return false
  }

  /// Whether values on a grid come out on the same grid, and nothing is done to them.
  var passesThrough: Bool {
    guard let config, config.isEmpty else { return false }
    return layer?.preservesQuantization ?? false
  }

  /// Whether the layer multiplies by weights, and nothing follows inside it: what a normalization and a ReLU
  /// can be fused into.
  var isLinear: Bool {
    switch layer {
    case let layer as Dense: layer.activation == .linear
    case is SeparableConv2D: false
    case let layer as BaseConv2D: layer.activation == .linear
    default: false
    }
  }

  /// Takes the output's quantizer away, for a reason.
  mutating func removeOutput(_ action: Decision.Action, rule: String, reason: String) {
    guard let config else { return }
    self.config = QuantizeConfig(weights: config.weights, output: .unchanged)
    decisions.append(Decision(action: action, tensor: "output", rule: rule, reason: reason))
  }
}
