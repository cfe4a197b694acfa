import Layers
import Support
import Tensors

// Layers cannot go from one process to another: what they gave when they were called can.

/// What is asked of the layer in exercise 04.3; each question begins with a new layer.
package enum Question0403: Int, Codable, CaseIterable, Sendable {
  case new, built, outputs, newGains, otherGains, substitute, otherSubstitute
  case gainGradient, gainGradientOfSquares, inputGradient, inputGradientOfSquares

  /// What was seen of a layer.
  package struct Seen: Codable, Sendable {
    /// A weight of the layer.
    package struct Weight: Codable, Sendable {
      package let path: String
      package let shape: [Int]
      package let isTrainable: Bool
      package let values: [Float]
    }
    package let weights: [Weight]
    package let isBuilt: Bool
    /// What came out of a call, or the gradient.
    package let numbers: [Float]
  }

  /// The two examples of three features that the layer is called with.
  package static let batch: [Float] = [1, 2, 3, 4, 5, 6]

  /// What a student's layer shows, after everything that earlier questions did.
  package func asked(of makeLayer: () throws -> Layer) throws -> Seen {
    let layer = try makeLayer()
    func outputs() -> Tensor { layer(Tensor(Self.batch, shape: [2, 3])) }
    func seen(_ numbers: [Float] = []) -> Seen {
      Seen(
        weights: layer.namedWeights.map {
          Seen.Weight(
            path: $0.path, shape: $0.variable.shape, isTrainable: $0.variable.trainable,
            values: $0.variable.value.values)
        }, isBuilt: layer.isBuilt, numbers: numbers)
    }
    if self == .new { return seen() }
    let first = outputs()
    if self == .built { return seen(first.values) }
    let second = outputs()
    if self == .outputs { return seen(second.values) }
    let gain = layer.weight("gain")
    gain.value = Tensor(self == .otherGains ? [0.5, 3, 4] : [2, 10, -1], shape: [3])
    func substituted(_ gains: [Float]) -> Seen {
      seen(gain.substituting(Tensor(gains, shape: [3])) { outputs() }.values)
    }
    let inputs = Variable("inputs", Tensor(Self.batch, shape: [2, 3]))
    func gradient(of variable: Variable, _ loss: (Tensor) -> Tensor) -> Seen {
      seen(loss(layer(inputs.value)).gradients(of: [variable])[0].values)
    }
    switch self {
    case .substitute: return substituted([0, 1, 0])
    case .otherSubstitute: return substituted([3, 0, 2])
    case .gainGradient: return gradient(of: gain) { $0.sum() }
    case .gainGradientOfSquares: return gradient(of: gain) { $0.squared().sum() }
    case .inputGradient: return gradient(of: inputs) { $0.sum() }
    case .inputGradientOfSquares: return gradient(of: inputs) { $0.squared().sum() }
    default: return seen(outputs().values)
    }
  }
}

/// What is asked of the wrapper in exercise 05.3; the layer inside squares, and adds 1 more in training.
package enum Question0503: Int, Codable, CaseIterable, Sendable {
  case weights, outputs, scaled, negative, gradient, gradientOfSquares, training, trainingScaled

  /// The layer that is wrapped: x², times a kernel of 1, and 1 more in training.
  private final class Square: Layer {
    override func build(inputShape: [Int]) { addWeight("kernel", shape: [], initializer: .ones) }

    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      inputs.squared() * weight("kernel").value + (training ? 1 : 0)
    }
  }

  /// The scale that is set; nil where it stays what it is.
  package var scale: Float? {
    switch self {
    case .weights, .outputs, .gradient, .training: nil
    case .negative: -2
    case .scaled, .gradientOfSquares, .trainingScaled: 3
    }
  }

  /// What a student's wrapper gives, as one would write it on a board.
  package func asked(of wrapped: (Layer) throws -> Wrapper) throws -> String {
    let wrapper = try wrapped(Square(name: "square"))
    let numbers = Tensor([1, 3], shape: [2, 1])
    wrapper.buildOnce(inputShape: [1])
    if self == .weights { return wrapper.namedWeights.map(\.path).joined(separator: ", ") }
    guard let scale = wrapper.namedWeights.first(where: { $0.path == "scale" })?.variable else {
      return "no scale"
    }
    if let value = self.scale { scale.value = Tensor([value], shape: scale.shape) }
    let outputs = wrapper(numbers, training: self == .training || self == .trainingScaled)
    guard self == .gradient || self == .gradientOfSquares else { return brief(outputs.values) }
    if !wrapper.trainableWeights.contains(where: { $0 === scale }) { return "none: scale does not learn" }
    let loss = self == .gradient ? outputs.sum() : outputs.squared().sum()
    return brief(loss.gradients(of: [scale])[0].values[0])
  }
}

/// What is asked of the call in exercise 05.4, for a layer that squares, and adds 1 more in training.
package enum Question0504: Int, Codable, CaseIterable, Sendable {
  case outputs, lowerHigh, higherLow, ofHigh, ofLowerHigh, ofLow, ofHigherLow, ofInputs, ofInputsToLowerHigh
  case training, trainingToLowerHigh

  /// The layer inside: x², and 1 more in training.
  private final class Square: Layer {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.squared() + (training ? 1 : 0) }
  }

  /// The inputs.
  package static let inputs: [Float] = [-8, -2, 3, 9]
  /// Whether this is a call in training.
  package var isTraining: Bool { self == .training || self == .trainingToLowerHigh }

  /// The ends of the clip.
  package var ends: (low: Float, high: Float) {
    switch self {
    case .lowerHigh, .ofLowerHigh, .ofInputsToLowerHigh, .trainingToLowerHigh: (-6, 1)
    case .higherLow, .ofHigherLow: (-1, 6)
    case .outputs, .ofHigh, .ofLow, .ofInputs, .training: (-6, 6)
    }
  }

  /// What a student's call gives, as one would write it on a board.
  package func asked(
    of call: (_ inputs: Tensor, _ low: Variable, _ high: Variable, _ layer: Layer, _ training: Bool) throws ->
      Tensor
  ) throws -> String {
    let inputs = Variable("inputs", Tensor(Self.inputs, shape: [4, 1]))
    let low = Variable("low", Tensor(ends.low))
    let high = Variable("high", Tensor(ends.high))
    let outputs = try call(inputs.value, low, high, Square(), isTraining)
    func gradient(_ variable: Variable) -> [Float] { outputs.sum().gradients(of: [variable])[0].values }
    switch self {
    case .ofHigh, .ofLowerHigh: return brief(gradient(high)[0])
    case .ofLow, .ofHigherLow: return brief(gradient(low)[0])
    case .ofInputs, .ofInputsToLowerHigh: return brief(gradient(inputs))
    case .outputs, .lowerHigh, .higherLow, .training, .trainingToLowerHigh: return brief(outputs.values)
    }
  }
}

/// A number in few digits, as one would write it on a board.
package func brief(_ value: Float) -> String { NumberFormat.significant(5).string(Double(value)) }

/// Numbers in few digits, as one would write them on a board.
package func brief(_ values: [Float]) -> String { "[" + values.map(brief).joined(separator: ", ") + "]" }
