import Layers
import Support
import Tensors

// Layers cannot go from one process to another: what they gave when they were called can.

/// What is asked of the layer in exercise 04.3; each question begins with a new layer.
package enum Question0403: Int, Codable, CaseIterable, Sendable {
  case new, built, outputs, newGains, substitute, gainGradient, inputGradient

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
  func asked(of answer: (some Exercise0403).Type) throws -> Seen {
    let layer = try answer.makeLayer()
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
    gain.value = Tensor([2, 10, -1], shape: [3])
    switch self {
    case .substitute:
      return seen(gain.substituting(Tensor([0, 1, 0], shape: [3])) { outputs() }.values)
    case .gainGradient: return seen(outputs().sum().gradients(of: [gain])[0].values)
    case .inputGradient:
      let inputs = Variable("inputs", Tensor(Self.batch, shape: [2, 3]))
      return seen(layer(inputs.value).sum().gradients(of: [inputs])[0].values)
    default: return seen(outputs().values)
    }
  }
}

/// What is asked of the wrapper in exercise 05.3.
package enum Question0503: String, Codable, CaseIterable, Sendable {
  case weights = "The weights of wrapped(layer) once it is built, for a layer square with one weight,"
  case outputs = "wrapped(layer) of [1, 3], for a layer that squares,"
  case scaled = "wrapped(layer) of [1, 3], with its scale set to 3,"
  case gradient = "The gradient of the sum of wrapped(layer) of [1, 3] with respect to scale"
  case training = "wrapped(layer) of [1, 3] in training, for a layer that squares and then adds 1,"

  /// The layer that is wrapped: x², times a kernel of 1, and 1 more in training.
  private final class Square: Layer {
    override func build(inputShape: [Int]) { addWeight("kernel", shape: [], initializer: .ones) }

    override func call(_ inputs: Tensor, training: Bool) -> Tensor {
      inputs.squared() * weight("kernel").value + (training ? 1 : 0)
    }
  }

  /// What a student's wrapper gives, as one would write it on a board.
  func asked(of answer: (some Exercise0503).Type) throws -> String {
    let wrapper = try answer.wrapped(Square(name: "square"))
    let numbers = Tensor([1, 3], shape: [2, 1])
    wrapper.buildOnce(inputShape: [1])
    if self == .weights { return wrapper.namedWeights.map(\.path).joined(separator: ", ") }
    guard let scale = wrapper.namedWeights.first(where: { $0.path == "scale" })?.variable else {
      return "no scale"
    }
    switch self {
    case .scaled: scale.value = Tensor([3], shape: scale.shape)
    case .gradient:
      if !wrapper.trainableWeights.contains(where: { $0 === scale }) { return "none: scale does not learn" }
      return brief(wrapper(numbers).sum().gradients(of: [scale])[0].values[0])
    default: break
    }
    return brief(wrapper(numbers, training: self == .training).values)
  }
}

/// What is asked of the call in exercise 05.4.
package enum Question0504: String, Codable, CaseIterable, Sendable {
  case outputs = "call([-8, -2, 3, 9]) with min -6, max 6 and a layer that squares"
  case smallerMax = "call([-8, -2, 3, 9]) with min -6, max 1 and a layer that squares"
  case maxGradient = "The gradient of the sum of call([-8, -2, 3, 9]) with respect to max"
  case minGradient = "The gradient of the sum of call([-8, -2, 3, 9]) with respect to min"
  case inputGradient = "The gradient of the sum of call([-8, -2, 3, 9]) with respect to its inputs"
  case training = "call([-8, -2, 3, 9]) in training, with a layer that squares and then adds 1,"

  /// The layer inside: x², and 1 more in training.
  private final class Square: Layer {
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { inputs.squared() + (training ? 1 : 0) }
  }

  /// What a student's call gives, as one would write it on a board.
  func asked(of answer: (some Exercise0504).Type) throws -> String {
    let inputs = Variable("inputs", Tensor([-8, -2, 3, 9], shape: [4, 1]))
    let low = Variable("min", Tensor(-6))
    let high = Variable("max", Tensor(self == .smallerMax ? 1 : 6))
    let outputs = try answer.call(
      inputs.value, min: low, max: high, layer: Square(), training: self == .training)
    func gradient(_ variable: Variable) -> [Float] { outputs.sum().gradients(of: [variable])[0].values }
    switch self {
    case .maxGradient: return brief(gradient(high)[0])
    case .minGradient: return brief(gradient(low)[0])
    case .inputGradient: return brief(gradient(inputs))
    default: return brief(outputs.values)
    }
  }
}

/// A number in few digits, as one would write it on a board.
package func brief(_ value: Float) -> String { NumberFormat.significant(5).string(Double(value)) }

/// Numbers in few digits, as one would write them on a board.
package func brief(_ values: [Float]) -> String { "[" + values.map(brief).joined(separator: ", ") + "]" }
