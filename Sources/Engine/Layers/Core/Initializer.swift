import Support
import Tensors

/// The values a weight starts with.
///
/// Glorot's and He's depend on the weight's fans: how many inputs a unit sums over, and how many units an
/// input feeds. Of a kernel `[…, inputs, outputs]` these are inputs and outputs times the product of the
/// extents before them.
public enum Initializer: Hashable, Codable, Sendable {
  /// Every element 0.
  case zeros
  /// Every element 1.
  case ones
  /// Every element the same.
  case constant(Float)
  /// Evenly drawn from minimum ..< maximum; Keras's RandomUniform has −0.05 and 0.05.
  case randomUniform(minimum: Float = -0.05, maximum: Float = 0.05)
  /// Normally drawn; Keras's RandomNormal has mean 0 and deviation 0.05.
  case randomNormal(mean: Float = 0, standardDeviation: Float = 0.05)
  /// Evenly drawn from ±√(6 / (fan in + fan out)): Keras's default for kernels.
  ///
  /// Source: Glorot and Bengio, 2010, eq. 16.
  case glorotUniform
  /// Normally drawn with variance 2 / (fan in + fan out), nothing beyond two deviations.
  case glorotNormal
  /// Evenly drawn from ±√(6 / fan in), for layers before a ReLU.
  ///
  /// Source: He et al., 2015, section 2.2 (arXiv:1502.01852).
  case heUniform
  /// Normally drawn with variance 2 / fan in, nothing beyond two deviations.
  case heNormal

  /// A tensor of the given shape with these values.
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
    case .randomNormal(let mean, let deviation):
      return .normal(mean: mean, standardDeviation: deviation, shape: shape, using: &generator)
    case .glorotUniform: return Self.even(variance: 2 / (fanIn + fanOut), shape, &generator)
    case .glorotNormal: return Self.truncated(variance: 2 / (fanIn + fanOut), shape, &generator)
    case .heUniform: return Self.even(variance: 2 / fanIn, shape, &generator)
    case .heNormal: return Self.truncated(variance: 2 / fanIn, shape, &generator)
    }
  }

  /// An even distribution over ±limit has variance limit² / 3.
  private static func even(variance: Float, _ shape: [Int], _ generator: inout SeededGenerator) -> Tensor {
    let limit = (3 * variance).squareRoot()
    return .uniform(-limit, limit, shape: shape, using: &generator)
  }

  /// A normal distribution cut off at ±2 deviations keeps 0.8796 of its deviation; divided by it, the
  /// variance is as wanted.
  private static func truncated(
    variance: Float, _ shape: [Int], _ generator: inout SeededGenerator
  ) -> Tensor {
    let deviation = variance.squareRoot() / 0.879_625_66
    let values = (0..<shape.reduce(1, *)).map { _ in
      var deviate = generator.normal()
      while abs(deviate) > 2 { deviate = generator.normal() }
      return deviate * deviation
    }
    return Tensor(values, shape: shape)
  }

  /// The fans of a weight's shape, as Keras counts them: of a vector both are its length.
  private static func fans(of shape: [Int]) -> (fanIn: Float, fanOut: Float) {
    guard let last = shape.last else { return (1, 1) }
    guard shape.count > 1 else { return (Float(last), Float(last)) }
    let field = shape.dropLast(2).reduce(1, *)
    return (Float(shape[shape.count - 2] * field), Float(last * field))
  }
}
