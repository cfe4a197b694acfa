import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing

/// Small models with weights that look trained.
enum Models {
  /// A sequential model with weights drawn from the seed, and statistics that are not the initial ones.
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

  /// A batch of examples of a shape, uniform in −1..<1.
  static func batch(_ shape: [Int], count: Int = 4, seed: UInt64 = 7) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return .uniform(-1, 1, shape: [count] + shape, using: &generator)
  }
}

/// The input and building blocks of models of small images.
struct ImageGraph {
  let input = Input([6, 6, 2], name: "image")
  let batch = Models.batch([6, 6, 2])

  /// A 3×3 convolution to two channels of the same size.
  func conv(_ name: String, _ x: SymbolicTensor, _ activation: ActivationFunction = .linear)
    -> SymbolicTensor
  {
    Conv2D(filters: 2, kernelSize: 3, padding: .same, activation: activation, name: name)(x)
  }

  /// A model with these outputs and drawn weights.
  func model(_ outputs: [SymbolicTensor]) -> Model {
    let model = Model(inputs: [input], outputs: outputs, name: "m")
    Models.draw(model, seed: 1)
    return model
  }

  /// A model with these outputs, quantized and calibrated on the batch.
  func quantized(_ outputs: SymbolicTensor..., scheme: QuantizeScheme = .tflite8Bit) throws
    -> QuantizedModel
  {
    try quantizeModel(model(outputs), calibratingOn: [batch], scheme: scheme)
  }

  /// The output of a layer of the model for the batch.
  func values(of layer: String, in model: Model) -> Tensor {
    Model(inputs: model.inputs, outputs: [model.output(of: layer)], name: "part")(batch)
  }
}

extension QuantizedModel {
  /// The paths of its quantizers.
  var quantizerPaths: [String] { quantizers.map(\.path) }

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

/// Expects the last decision on each tensor of each layer to match the model's quantizers.
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
    let owned = model.quantizerPaths.filter { $0.hasPrefix(layer.name + "/") }.map {
      String($0.dropFirst(layer.name.count + 1))
    }
    #expect(claimed == owned.sorted(), "\(explanation.text)", sourceLocation: location)
    // A layer that uses another layer's quantizer says that it is shared.
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
