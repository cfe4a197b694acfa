import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// Small models with weights that look trained, and what is said about them.
enum Models {
  /// The layers in a row, with weights drawn from the seed; normalizations have statistics of their own.
  static func sequential(_ layers: [Layer], _ shape: [Int], seed: UInt64 = 1) -> Model {
    let model = Sequential(layers, inputShape: shape)
    draw(model, seed: seed)
    return model
  }

  /// Draws all weights: variances above 0, gammas of either sign and not near 0.
  static func draw(_ layer: Layer, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for (path, variable) in layer.namedWeights {
      let values = (0..<variable.shape.reduce(1, *)).map { _ -> Float in
        let value = generator.uniform(-0.5, 0.5)
        if path.hasSuffix("variance") { return abs(value) + 0.5 }
        return path.hasSuffix("gamma") ? value + (value < 0 ? -0.3 : 0.3) : value
      }
      variable.value = Tensor(values, shape: variable.shape)
    }
  }

  /// A batch of examples of a shape, evenly from −1..<1.
  static func batch(_ shape: [Int], count: Int = 4, seed: UInt64 = 7) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .uniform(-1, 1, shape: [count] + shape, using: &generator)
  }
}

extension QuantizedModel {
  /// The places of its quantizers, as paths.
  var places: [String] { quantizers.map(\.path) }

  /// The quantizer at a path.
  func quantizer(_ path: String) -> Quantizer? { quantizers.first { $0.path == path }?.quantizer }

  /// Its decisions as "layer: tensor action by rule".
  var decisions: [String] {
    explanations.flatMap { explanation in
      explanation.decisions.map {
        "\(explanation.name): \($0.tensor) \($0.action.rawValue) by \($0.rule)"
      }
    }
  }
}

/// Expects of each layer that the last decisions on its tensors are those which the model shows.
func expectExplanationsToMatch(
  _ model: QuantizedModel, _ location: SourceLocation = #_sourceLocation
) {
  for explanation in model.explanations {
    let layer = model.layer(explanation.name)
    var actions: [String: Decision.Action] = [:]
    for decision in explanation.decisions where decision.tensor != "layer" {
      actions[decision.tensor] = decision.action
    }
    let claimed = actions.filter { $0.value == .placed || $0.value == .replaced }.keys.sorted()
    let owned = model.places.filter { $0.hasPrefix(layer.name + "/") }.map {
      String($0.dropFirst(layer.name.count + 1))
    }
    #expect(claimed == owned.sorted(), "\(explanation.text)", sourceLocation: location)
    // A quantizer of another layer is shared; one that went there is, too, but leaves nothing here.
    let borrows =
      (layer as? QuantizeWrapper)?.sharesOutputQuantizer ?? (layer as? QuantizeLayer)?.isShared ?? false
    if borrows {
      #expect(actions["output"] == .shared, "\(explanation.text)", sourceLocation: location)
    }
  }
}

extension Layer {
  /// The bits of all weights.
  var weightBits: [[UInt32]] { weights.map { $0.value.values.map(\.bitPattern) } }
}
