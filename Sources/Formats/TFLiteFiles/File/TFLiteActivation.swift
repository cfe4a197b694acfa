import FixedPoint

/// An activation that an operation contains; the raw value is its number in the format.
enum TFLiteActivation: Int, CaseIterable {
  case none = 0
  case relu = 1
  case reluN1To1 = 2
  case relu6 = 3

  /// The codes that the activation lets through, on the grid of the operation's output.
  ///
  /// Source: `CalculateActivationRangeQuantized` of LiteRT; XNNPACK has the same limits.
  func range(on grid: AffineQuantizer) -> ClosedRange<Int32> {
    let all = grid.quantizedRange
    return switch self {
    case .none: all
    case .relu: grid.zeroPoint...all.upperBound
    case .reluN1To1: grid.quantize(-1)...max(grid.quantize(1), grid.quantize(-1))
    case .relu6: grid.zeroPoint...max(grid.quantize(6), grid.zeroPoint)
    }
  }
}
