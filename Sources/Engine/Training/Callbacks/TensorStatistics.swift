import Tensors

/// What a tensor's elements are like at one step of a training.
public struct TensorStatistics: Hashable, Sendable {
  /// The steps taken since the run began.
  public let step: Int
  /// The smallest element.
  public let minimum: Float
  /// The largest element.
  public let maximum: Float
  /// The mean of the elements.
  public let mean: Float
  /// The standard deviation of the elements about their mean, of all of them.
  public let standardDeviation: Float

  /// Looks at a tensor; sums are kept in double precision.
  public init(of tensor: Tensor, step: Int) {
    var (minimum, maximum) = (Float.infinity, -Float.infinity)
    var (sum, squares) = (0.0, 0.0)
    let mean = tensor.withUnsafeBufferPointer { values in
      for value in values {
        (minimum, maximum) = (min(minimum, value), max(maximum, value))
        sum += Double(value)
      }
      let mean = sum / Double(values.count)
      for value in values { squares += (Double(value) - mean) * (Double(value) - mean) }
      return mean
    }
    self.init(
      step: step, minimum: minimum, maximum: maximum, mean: Float(mean),
      standardDeviation: Float((squares / Double(tensor.count)).squareRoot()))
  }

  init(step: Int, minimum: Float, maximum: Float, mean: Float, standardDeviation: Float) {
    (self.step, self.minimum, self.maximum) = (step, minimum, maximum)
    (self.mean, self.standardDeviation) = (mean, standardDeviation)
  }
}
