import FixedPoint
import Platform

// Sigmoid and hyperbolic tangent of codes. Every runtime computes them with 32-bit floats between the codes, LiteRT's
// reference kernels (`LOGISTIC` and `TANH`) too: these make a table of 256 codes when a model is loaded. The floats
// differ, and how they are rounded:
//
//     LiteRT         the C library's expf and tanhf, half away from zero
//     XNNPACK        the sigmoid from an exponential of 64 bits, tanhf of the C library, half to even; the zero point is
//                    added before the rounding
//     ONNX Runtime   quotients of polynomials (`MLASFunctions`), half to even
//
// A code is one step off another runtime's only where the real number is next to a tie. LiteRT fixes the output's grid:
// scale 1/256 and zero point −128 for the sigmoid, 1/128 and 0 for the tangent.

// MARK: - With floats

extension ReferenceTable {
  /// The sigmoid, 1 / (1 + e⁻ˣ), as a runtime computes it; in ONNX Runtime it is `QLinearSigmoid`.
  static func sigmoid(_ index: Int, in model: IntegerModel) -> ReferenceTable {
    switch model.arithmetic {
    case .tflite:
      ReferenceTable(index, in: model, rounding: .toNearestOrAwayFromZero) { 1 / (1 + expf(-$0)) }
    case .xnnpack:
      ReferenceTable(index, in: model, rounding: .toNearestOrEven, addingZeroPoint: true) { x in
        if abs(x) > 100 { return x > 0 ? 1 : 0 }
        let power = exp(Double(x))
        return Float(power / (1 + power))
      }
    case .onnxRuntime: ReferenceTable(index, in: model, dividingBy: MLASFunctions.logistic)
    }
  }

  /// The hyperbolic tangent, as a runtime computes it.
  ///
  /// ONNX Runtime has no such operation on codes: it is DequantizeLinear, Tanh and QuantizeLinear there.
  static func tanh(_ index: Int, in model: IntegerModel) -> ReferenceTable {
    switch model.arithmetic {
    case .tflite: ReferenceTable(index, in: model, rounding: .toNearestOrAwayFromZero, tanhf)
    case .xnnpack:
      ReferenceTable(index, in: model, rounding: .toNearestOrEven, addingZeroPoint: true, tanhf)
    case .onnxRuntime: ReferenceTable(index, in: model, dividingBy: MLASFunctions.tanh)
    }
  }

  /// Prepares a table of a real function whose results are multiplied by the reciprocal of the output's scale.
  ///
  /// - Parameters:
  ///   - index: The index of the operation.
  ///   - model: The model.
  ///   - rounding: The rounding to a code.
  ///   - addingZeroPoint: Whether the zero point is added before the rounding, not after it.
  ///   - function: The function of a real number.
  private init(
    _ index: Int, in model: IntegerModel, rounding: FloatingPointRoundingRule, addingZeroPoint: Bool = false,
    _ function: (Float) -> Float
  ) {
    let operation = model.operations[index]
    let (scale, grid) = (model.operations[operation.inputs[0]].grid.scale, operation.grid)
    let inverse = 1 / grid.scale
    let offset = addingZeroPoint ? grid.zeroPoint : 0
    self.init(index, in: model) { code in
      let steps = function(Float(code) * scale) * inverse + Float(offset)
      return Int32(saturating: steps.rounded(rounding)).subtractingSaturating(offset)
    }
  }

  /// Prepares a table of a real function whose results are divided by the output's scale and rounded half to even.
  private init(_ index: Int, in model: IntegerModel, dividingBy function: (Float) -> Float) {
    let operation = model.operations[index]
    let (scale, output) = (model.operations[operation.inputs[0]].grid.scale, operation.grid.scale)
    self.init(index, in: model) { code in
      Int32(saturating: (function(Float(code) * scale) / output).rounded(.toNearestOrEven))
    }
  }
}

/// ONNX Runtime's sigmoid and hyperbolic tangent, to the bit: quotients of two polynomials of 32-bit floats.
///
/// Every step of a polynomial is a fused multiply-add, as on processors that have one. ONNX Runtime rounds twice
/// without it, and its results then differ in the last bits.
///
/// Source: the coefficients are those of MLAS, `lib/logistic.cpp` and `lib/tanh.cpp`, and of Eigen before it.
enum MLASFunctions {
  /// 1 / (1 + e⁻ˣ), from 0 to 1.
  static func logistic(_ x: Float) -> Float {
    let quotient = quotient(
      x, limit: 18,
      odd: [
        4.37031012579801e-11, 1.15627324459942e-07, 6.08574864600143e-05, 8.51377133304701e-03,
        2.48287947061529e-01,
      ],
      even: [
        6.10247389755681e-13, 5.76102136993427e-09, 6.29106785017040e-06, 1.70198817374094e-03,
        1.16817656904453e-01, 9.93151921023180e-01,
      ])
    return min(max(quotient + 0.5, 0), 1)
  }

  /// The hyperbolic tangent.
  static func tanh(_ x: Float) -> Float {
    quotient(
      x, limit: 9,
      odd: [
        -2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
        1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03,
      ],
      even: [1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03])
  }

  /// x · odd(x²) / even(x²) of x within −limit … limit; coefficients begin with that of the highest power.
  private static func quotient(_ x: Float, limit: Float, odd: [Float], even: [Float]) -> Float {
    let x = min(max(x, -limit), limit)
    let square = x * x
    func polynomial(_ coefficients: [Float]) -> Float {
      coefficients.dropFirst().reduce(coefficients[0]) { $1.addingProduct($0, square) }
    }
    return polynomial(odd) * x / polynomial(even)
  }
}
