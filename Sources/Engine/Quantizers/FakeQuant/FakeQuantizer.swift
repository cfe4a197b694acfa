import CKernels
import FixedPoint
import Support
import Tensors

/// Fake quantization of one number: to the nearest code of a grid, and back to a float.
///
/// The training graph stays in floats but shows the error of quantization. The frameworks agree on the idea
/// and differ in the order of operations, hence in the last bit and at ties; this type follows each of them
/// bit for bit. It is the readable twin of the kernels of `Tensor.fakeQuantized`.
///
/// TensorFlow, from the ends of a range (`fake_quant_with_min_max_vars`), with subnormal numbers as 0:
///
///     zero   = ⌊−lowest × inverseScale + 0.5⌋
///     steps  = (limit(x, lowest…highest) − lowest) / scale     per channel: × inverseScale
///     result = ⌊steps − zero + 0.5⌋ × scale
///
/// PyTorch, from scale and zero point (`fake_quantize_per_tensor_affine`, and per channel alike):
///
///     inverseScale = 1 / scale
///     code   = zeroPoint + roundHalfToEven(x × inverseScale)
///     result = (limit(code, first…last) − zeroPoint) × scale
///
/// Non-finite inputs: infinities saturate, NaN propagates. PyTorch converts codes to integers before it limits
/// them, so NaN becomes the first code, and a code too large for the integer overflows. In PyTorch 2.15 that is so
/// only in the per-channel operator, from 2⁶³ on, which then gives the first code for a large positive number. Here
/// such numbers saturate; agreement is claimed, and tested, below 2³¹ steps.
///
/// Source: Jacob et al., 2018, section 3 (arXiv:1712.05877).
public struct FakeQuantizer: Hashable, Sendable {
  /// The framework whose order of operations is followed.
  public enum Framework: String, CaseIterable, Codable, Sendable {
    /// TensorFlow's operator for one range, which divides by the scale.
    case tensorFlowPerTensor
    /// TensorFlow's operator for a range a channel, which multiplies by the inverse scale.
    case tensorFlowPerChannel
    /// PyTorch's operators.
    case pyTorch
  }

  /// The framework whose order of operations is followed.
  public let framework: Framework
  /// The real distance between neighbouring codes.
  public let scale: Float
  /// Codes per unit: TensorFlow's own quotient, or PyTorch's `1 / scale`.
  public let inverseScale: Float
  /// The lowest real number of the grid in TensorFlow's arithmetic; the first code in PyTorch's.
  package let lowest: Float
  /// The highest real number of the grid in TensorFlow's arithmetic; the last code in PyTorch's.
  package let highest: Float
  /// The number of steps from the lowest number to 0 in TensorFlow's arithmetic; the zero point in PyTorch's.
  package let zero: Float
  /// Whether the range is 0…0, for which TensorFlow's result is 0 and every gradient passes.
  public let isEmpty: Bool

  /// Follows TensorFlow on a nudged range; with `perChannel`, its per-channel operator.
  public init(_ range: NudgedRange, perChannel: Bool = false) {
    framework = perChannel ? .tensorFlowPerChannel : .tensorFlowPerTensor
    (scale, inverseScale) = (range.scale, range.inverseScale)
    (lowest, highest) = (range.lowest, range.highest)
    zero = (-range.lowest * range.inverseScale + 0.5).rounded(.down)
    isEmpty = NudgedRange.flushed(range.low) == 0 && NudgedRange.flushed(range.high) == 0
  }

  /// Follows PyTorch with the scale and zero point of a quantizer that rounds half to even, of at most 16 bits.
  public init(pyTorch quantizer: AffineQuantizer) {
    require(
      quantizer.rounding == .halfToEven && quantizer.bitWidth <= 16,
      "fake quantization as in PyTorch: its operators round half to even and codes have at most 16 bits; make the"
        + " quantizer so; got \(quantizer.rounding) and \(quantizer.bitWidth) bits")
    framework = .pyTorch
    (scale, inverseScale) = (quantizer.scale, 1 / quantizer.scale)
    lowest = Float(quantizer.quantizedRange.lowerBound)
    highest = Float(quantizer.quantizedRange.upperBound)
    zero = Float(quantizer.zeroPoint)
    isEmpty = false
  }

  /// `x` quantized and back.
  public func roundTrip(_ x: Float) -> Float {
    if isEmpty { return 0 }
    switch framework {
    case .tensorFlowPerTensor: return rounded(distance(x) / scale)
    case .tensorFlowPerChannel: return rounded(distance(x) * inverseScale)
    case .pyTorch: return (limited(code(x)) - zero) * scale
    }
  }

  /// Whether the straight-through gradient passes: `x` lies within the grid and is not NaN.
  ///
  /// TensorFlow compares `x` with the ends of the nudged range, PyTorch the code of `x` with the first and the
  /// last code. An empty range passes every gradient.
  public func passesGradient(at x: Float) -> Bool {
    if isEmpty { return true }
    let position = framework == .pyTorch ? code(x) : NudgedRange.flushed(x)
    return lowest <= position && position <= highest
  }

  /// The gradient with respect to `x`: `upstream` × 1 or `upstream` × 0, which keeps the sign of 0 and NaN.
  public func gradient(at x: Float, upstream: Float) -> Float {
    if isEmpty { return upstream }
    let flushed = framework == .pyTorch ? upstream : NudgedRange.flushed(upstream)
    return flushed * (passesGradient(at: x) ? 1 : 0)
  }

  /// The distance of the limited `x` from the low end of the range.
  private func distance(_ x: Float) -> Float {
    NudgedRange.flushed(limited(NudgedRange.flushed(x)) - lowest)
  }

  /// The real number of the nearest code; ties round up.
  private func rounded(_ steps: Float) -> Float { (steps - zero + 0.5).rounded(.down) * scale }

  /// PyTorch's code, before it is limited.
  private func code(_ x: Float) -> Float { zero + (x * inverseScale).rounded(.toNearestOrEven) }

  /// `value` clipped to `lowest`…`highest`; NaN propagates.
  private func limited(_ value: Float) -> Float {
    let lowered = highest < value ? highest : value
    return lowered < lowest ? lowest : lowered
  }
}

/// Fake quantization of values that an operation has just pooled.
extension FakeQuantizer: InPlaceQuantizer {
  /// Quantizes `count` values and back in TensorFlow's arithmetic for one range or in PyTorch's, and sets all bits of
  /// the choices of values beyond the range.
  package func round(
    _ values: UnsafePointer<Float>, into result: UnsafeMutablePointer<Float>,
    choices: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    require(
      framework != .tensorFlowPerChannel,
      "pooled values have one range; expected TensorFlow's arithmetic for one or PyTorch's, got \(framework)")
    if isEmpty { return result.update(repeating: 0, count: count) }  // and every gradient passes
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 5) { numbers in
      (numbers[0], numbers[1], numbers[2]) = (lowest, highest, scale)
      (numbers[3], numbers[4]) = (inverseScale, zero)
      guard let first = numbers.baseAddress else { return }
      let grids = qat_grids(
        lowest: first, highest: first + 1, scale: first + 2, inverse_scale: first + 3, zero: first + 4,
        period: 1)
      qat_fake_quant_chosen(
        framework == .pyTorch ? QAT_PYTORCH : QAT_TENSORFLOW_PER_TENSOR, values, result, choices, count, grids
      )
    }
  }
}
