import FixedPoint
import IntegerInference
import Testing

/// Sums of two codes: all 65,536 pairs, on grids that are alike and far apart.
@Suite struct AdditionTests {
  static let grids: [[(Float, Int32)]] = [
    [(0.1, 0), (0.1, 0), (0.2, 0)], [(0.02, -128), (0.05, 127), (0.06, -3)],
    [(0.001, 5), (0.7, -9), (0.5, 0)], [(0.25, 0), (0.5, 1), (1, -1)],
    [(3, -128), (0.01, -128), (1.5, -128)], [(0.0005, 3), (0.9, -5), (1, 1)],
  ]
  static let all = (-128...127).map { Int8($0) }
  static let left = all.flatMap { code in [Int8](repeating: code, count: 256) }
  static let right = [[Int8]](repeating: all, count: 256).flatMap { $0 }

  private func model(_ grids: [(Float, Int32)], _ arithmetic: IntegerArithmetic) throws -> IntegerModel {
    let grids = try grids.map { try Models.grid($0.0, $0.1) }
    return try Models.single(
      .add(activationRange: -128...120), from: [([256, 256], grids[0]), ([256, 256], grids[1])],
      shape: [256, 256],
      grid: grids[2], arithmetic: arithmetic)
  }

  @Test(arguments: grids, IntegerArithmetic.allCases)
  func `every pair of codes has the sum that its runtime computes`(
    _ grids: [(Float, Int32)], _ arithmetic: IntegerArithmetic
  ) throws {
    let codes = IntegerSession(try model(grids, arithmetic)).codes([Self.left, Self.right], examples: 1)[0]
    var wrong = 0
    for index in codes.indices {
      let (x, y) = (Int64(Self.left[index]), Int64(Self.right[index]))
      let steps = expected(x - Int64(grids[0].1), y - Int64(grids[1].1), grids, arithmetic)
      if Int64(codes[index]) != min(max(steps + Int64(grids[2].1), -128), 120) { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  /// LiteRT's and XNNPACK's formulas by plain division, ONNX Runtime's in floats.
  private func expected(
    _ x: Int64, _ y: Int64, _ grids: [(Float, Int32)], _ arithmetic: IntegerArithmetic
  ) -> Int64 {
    let scales = grids.map { Double($0.0) }
    let isLeftToLiteRT = arithmetic == .xnnpack && min(scales[0], scales[1]) < scales[2] / 1_024
    switch isLeftToLiteRT ? .tflite : arithmetic {
    case .tflite:
      let common = 2 * max(scales[0], scales[1])
      let a = Oracle.rescaled(x * 1_048_576, by: scales[0] / common)
      let b = Oracle.rescaled(y * 1_048_576, by: scales[1] / common)
      return Oracle.rescaled(a + b, by: common / (1_048_576 * scales[2]))
    case .xnnpack:
      let ratios = [grids[0].0 / grids[2].0, grids[1].0 / grids[2].0].map { Double($0) }
      var power = 1_048_576.0  // 2^20 / 2^⌊log₂ larger⌋
      var larger = max(ratios[0], ratios[1])
      while larger >= 2 { (larger, power) = (larger / 2, power / 2) }
      while larger < 1 { (larger, power) = (larger * 2, power * 2) }
      let products = ratios.map { ($0 * power).rounded(.toNearestOrEven) }
      return Int64(((Double(x) * products[0] + Double(y) * products[1]) / power + 0.5).rounded(.down))
    case .onnxRuntime:
      // Products of a code and a float are exact in 64 bits, so that each sum here is rounded once to 32; the
      // sum of 64 bits before it would have to be a tie for the two roundings to differ from one.
      let (a, b) = (grids[0].0 / grids[2].0, grids[1].0 / grids[2].0)
      let zeroPoints = grids.map { Double($0.1) }
      let second = Double(b * Float(grids[1].1))
      let offset = Float(grids[2].1) - Float(Double(a) * zeroPoints[0] + second)
      let half = Float(Double(b) * (Double(y) + zeroPoints[1]) + Double(offset))
      let sum = Float(Double(a) * (Double(x) + zeroPoints[0]) + Double(half))
      return Int64(sum.rounded(.toNearestOrEven)) - Int64(grids[2].1)
    }
  }

  /// LiteRT ends the process at a multiplier of 1 or more; XNNPACK leaves such a sum to another kernel.
  @Test func `a sum whose scale is far smaller than a summand's is refused with the cause`() throws {
    func refusal(_ ratio: Float, _ arithmetic: IntegerArithmetic) -> IntegerModelError.Cause? {
      do {
        _ = try model([(ratio, 0), (0.5, 0), (1, 0)], arithmetic)
        return nil
      } catch { return (error as? IntegerModelError)?.cause }
    }
    // Multipliers of 2 · 850,000 / 2^20 = 1.62, and of just 1.
    for ratio: Float in [850_000, 0x1p19] {
      #expect(refusal(ratio, .tflite) == .scalesTooFarApart(ratio: Double(ratio), limit: 0x1p19))
    }
    #expect(refusal(Float(0x1p19).nextDown, .tflite) == nil)
    #expect(refusal(0x1p8, .xnnpack) == .scalesTooFarApart(ratio: 256, limit: 256))
    #expect(refusal(255.9, .xnnpack) == nil && refusal(850_000, .onnxRuntime) == nil)
    #expect(
      refusal(850_000, .tflite).map { "\(IntegerModelError(operation: "sum", cause: $0))" }
        == "integer operation sum: the scale of a tensor that it reads is 850000.0 times the scale of its output; its "
        + "arithmetic ends below 524288 times: one of the two ranges is not what the tensors hold; calibrate or train "
        + "again on data that reach it, or give the output a wider range")
  }

  @Test(arguments: grids, IntegerArithmetic.allCases)
  func `a sum of codes is within about half a step of the real sum`(
    _ grids: [(Float, Int32)], _ arithmetic: IntegerArithmetic
  ) throws {
    let codes = IntegerSession(try model(grids, arithmetic)).codes([Self.left, Self.right], examples: 1)[0]
    var farthest = 0.0
    for index in codes.indices {
      let real =
        Double(Int64(Self.left[index]) - Int64(grids[0].1)) * Double(grids[0].0)
        + Double(Int64(Self.right[index]) - Int64(grids[1].1)) * Double(grids[1].0)
      let exact = min(max(real / Double(grids[2].0) + Double(grids[2].1), -128), 120)
      farthest = max(farthest, abs(exact - Double(codes[index])))
    }
    // Half a step, and what the multipliers' own rounding adds.
    #expect(farthest <= 0.502)
  }
}
