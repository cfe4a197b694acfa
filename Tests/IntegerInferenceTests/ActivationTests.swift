import FixedPoint
import IntegerInference
import Platform
import Support
import Testing

/// Leaky ReLU, sigmoid and tanh of every input code, against real numbers.
@Suite struct ActivationTests {
  private static let every = (-128...127).map { Int8($0) }

  /// The output codes of all input codes.
  private func codes(
    _ kind: IntegerOperation.Kind, from input: AffineQuantizer, to output: AffineQuantizer,
    _ arithmetic: IntegerArithmetic, _ path: IntegerSession.Path = .fast
  ) throws -> [Int8] {
    let model = try Models.single(
      kind, from: [([256], input)], shape: [256], grid: output, arithmetic: arithmetic)
    return IntegerSession(model, path: path).codes(Self.every, examples: 1)
  }

  /// The farthest that codes are from a real function, in steps of the output.
  private func farthest(
    _ codes: [Int8], from input: AffineQuantizer, to output: AffineQuantizer, _ function: (Double) -> Double
  ) -> Double {
    zip(Self.every, codes).map { given, code in
      let exact = function(Double(Int32(given) - input.zeroPoint) * Double(input.scale))
      let (low, high) = (output.quantizedRange.lowerBound, output.quantizedRange.upperBound)
      let steps = exact / Double(output.scale) + Double(output.zeroPoint)
      return abs(min(max(steps, Double(low)), Double(high)) - Double(code))
    }.max() ?? 0
  }

  /// Half a step, and the errors of 32-bit floats.
  @Test(arguments: [1e-5, 0.004, 0.03, 0.0625, 0.11, 1, 1e4] as [Float], IntegerArithmetic.allCases)
  func `sigmoid and tanh have the nearest codes`(_ scale: Float, _ arithmetic: IntegerArithmetic) throws {
    for zeroPoint in stride(from: Int32(-128), through: 127, by: 15) {
      let input = try Models.grid(scale, zeroPoint)
      let (shares, signs) = (try Models.grid(0x1p-8, -128), try Models.grid(0x1p-7, 0))
      let sigmoid = try codes(.sigmoid, from: input, to: shares, arithmetic)
      let tangent = try codes(.tanh, from: input, to: signs, arithmetic)
      #expect(farthest(sigmoid, from: input, to: shares) { 1 / (1 + exp(-$0)) } <= 0.5 + 1e-3)
      #expect(farthest(tangent, from: input, to: signs) { tanh($0) } <= 0.5 + 1e-3)
      for found in [sigmoid, tangent] { #expect(zip(found, found.dropFirst()).allSatisfy { $0 <= $1 }) }
      // Real 0 is half of 256 steps, and 0.
      let zero = Int(zeroPoint) + 128
      #expect(sigmoid[zero] == 0 && tangent[zero] == 0)
    }
  }

  /// LiteRT rounds twice, which may add a quarter of a step to the half.
  ///
  /// XNNPACK rounds its multipliers to 1/256, which is half a step at 255 steps.
  @Test(arguments: [(0, 0.3), (-128, 0.01), (127, 0.2), (5, 0), (-40, 1.5)] as [(Int32, Float)])
  func `a leaky ReLU keeps what is above 0 and multiplies what is below`(_ zeroPoint: Int32, _ slope: Float)
    throws
  {
    for (arithmetic, most) in [(IntegerArithmetic.tflite, 0.76), (.xnnpack, 1.01), (.onnxRuntime, 0.51)] {
      for ratio in [0.1, 0.5, 0.77, 1, 1.4] as [Float] {
        let (input, output) = (try Models.grid(0.05, zeroPoint), try Models.grid(0.05 / ratio, -7))
        let found = try codes(.leakyReLU(slope: slope), from: input, to: output, arithmetic)
        let distance = farthest(found, from: input, to: output) { $0 < 0 ? Double(slope) * $0 : $0 }
        #expect(distance <= most, "\(arithmetic), ratio \(ratio): \(distance)")
        #expect(found[Int(zeroPoint) + 128] == -7)
      }
    }
  }

  /// Outputs of fewer bits: codes −8 … 7.
  @Test(arguments: IntegerArithmetic.allCases, IntegerSession.Path.allCases)
  func `a leaky ReLU stays within the codes of its grid`(
    _ arithmetic: IntegerArithmetic, _ path: IntegerSession.Path
  ) throws {
    let (input, output) = (try Models.grid(0.05, 3), try Models.grid(0.2, -3, -8...7))
    let found = try codes(.leakyReLU(slope: 0.3), from: input, to: output, arithmetic, path)
    #expect(found.min() == -8 && found.max() == 7 && Set(found).count == 16)
  }

  /// XNNPACK leaves a slope below 1/256 to LiteRT, whose multipliers are finer.
  @Test func `XNNPACK's leaky ReLU is LiteRT's where XNNPACK refuses it`() throws {
    let (input, output) = (try Models.grid(0.05, 3), try Models.grid(0.07, -3))
    func differences(_ slope: Float) throws -> Int {
      let kind = IntegerOperation.Kind.leakyReLU(slope: slope)
      return zip(
        try codes(kind, from: input, to: output, .tflite), try codes(kind, from: input, to: output, .xnnpack)
      ).count { $0 != $1 }
    }
    #expect(try differences(0.001) == 0)
    #expect(try differences(0.1) > 0)
  }

  @Test func `only ONNX Runtime's tanh is computed in floats between the codes`() {
    for arithmetic in IntegerArithmetic.allCases {
      #expect(!IntegerOperation.Kind.sigmoid.computesInFloats(arithmetic))
      #expect(!IntegerOperation.Kind.leakyReLU(slope: 0.3).computesInFloats(arithmetic))
      #expect(IntegerOperation.Kind.tanh.computesInFloats(arithmetic) == (arithmetic == .onnxRuntime))
    }
  }
}
