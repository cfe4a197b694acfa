/// The quantization of pooled values, inside the operation that computes them.
package enum PooledQuantization {
  case unquantized
  /// By what is known once the least and the greatest value are, which are NaN if one is NaN; nil for no quantization.
  ///
  /// The least of rectified values counts as 0.
  case byRange((_ least: Float, _ greatest: Float) -> (any InPlaceQuantizer)?)
  /// By parameters that are learned, and so are known before.
  case learned(any LearnedInPlaceQuantizer)
}

/// Fake-quantizes pooled values inside the operation that computes them.
package protocol InPlaceQuantizer {
  /// Quantizes `count` values, and sets all bits of the choices where no gradient passes.
  ///
  /// The result may be in the place of the values.
  func round(
    _ values: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    choices: UnsafeMutablePointer<UInt8>, count: Int)
}

/// Fake-quantizes pooled values by parameters whose gradients are sums over all values.
package protocol LearnedInPlaceQuantizer: InPlaceQuantizer {
  /// The parameters, inputs of the operation.
  var parameters: [Tensor] { get }

  /// The number of sums.
  var sumCount: Int { get }

  /// Adds what `count` values and the gradients of their quantized values give to the sums.
  func addSums(
    _ values: UnsafePointer<Float>, upstream: UnsafePointer<Float>, count: Int,
    to sums: UnsafeMutablePointer<Double>)

  /// The gradients of the parameters, from the sums over values of this shape.
  func gradients(_ sums: ArraySlice<Double>, shape: [Int]) -> [Tensor]
}

extension LearnedInPlaceQuantizer {
  /// Whether a gradient of a parameter is asked for.
  var learns: Bool { parameters.contains { $0.isTracked } }
}
