import FixedPoint

/// An activation that an operation contains; the raw value is its number in the format.
enum TFLiteActivation: Int, CaseIterable {
  case none = 0
  case relu = 1
  case reluN1To1 = 2
  case relu6 = 3

  /// The codes that the activation lets through, on the grid of the operation's output.
  ///
  /// LiteRT rounds the limit half away from zero and then adds the zero point; XNNPACK adds the zero point and then
  /// rounds half to even. They differ where the limit lies between two codes: 6 at a scale of 0.8.
  ///
  /// Source: `CalculateActivationRangeQuantized` of LiteRT, `xnn_qs8_quantize` of XNNPACK.
  func range(on grid: AffineQuantizer, _ arithmetic: IntegerArithmetic) -> ClosedRange<Int32> {
    let all = grid.quantizedRange
    func code(_ limit: Float) -> Int32 {
      let steps = limit / grid.scale
      let code =
        arithmetic == .tflite
        ? steps.rounded(.toNearestOrAwayFromZero) + Float(grid.zeroPoint)
        : (steps + Float(grid.zeroPoint)).rounded(.toNearestOrEven)
      return Int32(min(max(code, Float(all.lowerBound)), Float(all.upperBound)))
    }
    return switch self {
    case .none: all
    case .relu: grid.zeroPoint...all.upperBound
    case .reluN1To1: code(-1)...max(code(1), code(-1))
    case .relu6: grid.zeroPoint...max(code(6), grid.zeroPoint)
    }
  }
}
