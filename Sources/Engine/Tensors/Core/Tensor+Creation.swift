import Support

extension Tensor {
  /// A constant of zeros.
  public static func zeros(_ shape: [Int]) -> Tensor { filled(0, shape: shape) }

  /// A constant whose elements all equal `value`.
  public static func filled(_ value: Float, shape: [Int]) -> Tensor {
    Tensor(shape: shape, inputs: [], fill: { $0.initialize(repeating: value) }, pullback: { _ in [] })
  }

  /// A constant drawn evenly from `low ..< high`.
  public static func uniform(
    _ low: Float, _ high: Float, shape: [Int], using generator: inout SeededGenerator
  ) -> Tensor {
    let buffer = Buffer(count: places(in: shape))
    for index in 0..<buffer.count { buffer.pointer[index] = generator.uniform(low, high) }
    return Tensor(buffer: buffer, shape: shape, backend: .standard, node: nil)
  }

  /// A constant drawn from the normal distribution of the given mean and standard deviation.
  public static func normal(
    mean: Float = 0, standardDeviation: Float = 1, shape: [Int], using generator: inout SeededGenerator
  ) -> Tensor {
    let buffer = Buffer(count: places(in: shape))
    for index in 0..<buffer.count {
      buffer.pointer[index] = generator.normal(mean: mean, standardDeviation: standardDeviation)
    }
    return Tensor(buffer: buffer, shape: shape, backend: .standard, node: nil)
  }
}
