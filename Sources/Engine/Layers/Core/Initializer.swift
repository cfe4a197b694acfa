import Support
import Tensors

/// The initial values of a weight.
///
/// Glorot's and He's initializers depend on the weight's fans. The fan in is the number of inputs that a unit
/// sums over, the fan out the number of units that an input feeds. For a kernel `[…, inputs, outputs]` they are
/// inputs and outputs times the product of the dimensions before them.
public enum Initializer: Hashable, Codable, Sendable {
  /// Every element 0.
  case zeros
  /// Every element 1.
  case ones
  /// Every element equal to one value.
  case constant(Float)
  /// Uniform on minimum ..< maximum; Keras's RandomUniform has −0.05 and 0.05.
  case randomUniform(minimum: Float = -0.05, maximum: Float = 0.05)
  /// Normal; Keras's RandomNormal has a mean of 0 and a standard deviation of 0.05.
  case randomNormal(mean: Float = 0, standardDeviation: Float = 0.05)
  /// Uniform on ±√(6 / (fan in + fan out)): Keras's default for kernels.
  ///
  /// Source: Glorot and Bengio, 2010, eq. 16.
  case glorotUniform
  /// Normal with variance 2 / (fan in + fan out), truncated at two standard deviations.
  case glorotNormal
  /// Uniform on ±√(6 / fan in), for layers before a ReLU.
  ///
  /// Source: He et al., 2015, section 2.2 (arXiv:1502.01852).
  case heUniform
  /// Normal with variance 2 / fan in, truncated at two standard deviations.
  case heNormal

  /// A tensor of the given shape with such values.
  public func tensor(_ shape: [Int], using generator: inout SeededGenerator) -> Tensor {
    let (fanIn, fanOut) = Self.fans(of: shape)
    switch self {
    case .zeros: return .zeros(shape)
    case .ones: return .filled(1, shape: shape)
    case .constant(let value): return .filled(value, shape: shape)
    case .randomUniform(let minimum, let maximum):
      require(
        minimum < maximum, "randomUniform: minimum lies below maximum; got \(minimum) and \(maximum)")
      return .uniform(minimum, maximum, shape: shape, using: &generator)
    case .randomNormal(let mean, let standardDeviation):
      return .normal(mean: mean, standardDeviation: standardDeviation, shape: shape, using: &generator)
    case .glorotUniform: return Self.uniform(variance: 2 / (fanIn + fanOut), shape, &generator)
    case .glorotNormal: return Self.truncated(variance: 2 / (fanIn + fanOut), shape, &generator)
    case .heUniform: return Self.uniform(variance: 2 / fanIn, shape, &generator)
    case .heNormal: return Self.truncated(variance: 2 / fanIn, shape, &generator)
    }
  }

  /// Values of a uniform distribution on ±limit, whose variance is limit² / 3.
  private static func uniform(variance: Float, _ shape: [Int], _ generator: inout SeededGenerator) -> Tensor {
    let limit = (3 * variance).squareRoot()
    return .uniform(-limit, limit, shape: shape, using: &generator)
  }

  /// Values of a normal distribution truncated at ±2 standard deviations.
  ///
  /// Truncation leaves 0.8796 of the standard deviation, so it is divided by that factor first.
  private static func truncated(
    variance: Float, _ shape: [Int], _ generator: inout SeededGenerator
  ) -> Tensor {
    let standardDeviation = variance.squareRoot() / 0.879_625_66
    let values = (0..<shape.reduce(1, *)).map { _ in
      var deviate = generator.normal()
      while abs(deviate) > 2 { deviate = generator.normal() }
      return deviate * standardDeviation
    }
    return Tensor(values, shape: shape)
  }

  /// The fans of a weight's shape, counted as in Keras; both fans of a vector are its length.
  private static func fans(of shape: [Int]) -> (fanIn: Float, fanOut: Float) {
    guard let last = shape.last else { return (1, 1) }
    guard shape.count > 1 else { return (Float(last), Float(last)) }
    let field = shape.dropLast(2).reduce(1, *)
    return (Float(shape[shape.count - 2] * field), Float(last * field))
  }
}
