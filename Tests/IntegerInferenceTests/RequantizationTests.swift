import FixedPoint
import IntegerInference
import Support
import Testing

/// From accumulators and codes to the codes of another grid.
@Suite struct RequantizationTests {
  /// Input scale, input zero point, output scale, output zero point.
  static let grids: [(Float, Int32, Float, Int32)] = [
    (0.1, 0, 0.1, 0), (0.1, -128, 0.05, 3), (0.02, 7, 0.033, -20), (0.5, 127, 1, -128), (0.125, -1, 0.25, 0),
    (3, 5, 0.7, 127), (0.001, 0, 0.24, 0),
  ]
  static let allCodes = (-128...127).map { Int8($0) }

  @Test(arguments: grids, IntegerArithmetic.allCases)
  func `every code is requantized as its runtime does it`(
    _ grids: (Float, Int32, Float, Int32), _ arithmetic: IntegerArithmetic
  ) throws {
    let (input, output) = (try Models.grid(grids.0, grids.1), try Models.grid(grids.2, grids.3))
    for activationRange in [-128...127, max(output.zeroPoint, -128)...127] {
      let model = try Models.single(
        .requantization(activationRange: activationRange), from: [([256], input)], shape: [256], grid: output,
        arithmetic: arithmetic)
      let codes = IntegerSession(model).codes(Self.allCodes, examples: 1)
      for (code, got) in zip(Self.allCodes, codes) {
        let steps = expected(Int64(code) - Int64(input.zeroPoint), input, output, activationRange, arithmetic)
        #expect(
          Int64(got) == min(max(steps, Int64(activationRange.lowerBound)), Int64(activationRange.upperBound)),
          "\(code) under \(activationRange)")
      }
    }
  }

  /// The formula of each runtime, written with real numbers or plain division.
  private func expected(
    _ difference: Int64, _ input: AffineQuantizer, _ output: AffineQuantizer,
    _ activationRange: ClosedRange<Int32>,
    _ arithmetic: IntegerArithmetic
  ) -> Int64 {
    let zeroPoint = Int64(output.zeroPoint)
    switch arithmetic {
    case .xnnpack where activationRange == -128...127:
      let multiplier = Double((256 * (input.scale / output.scale)).rounded(.toNearestOrEven))
      return Int64((Double(difference) * multiplier / 256 + 0.5).rounded(.down)) + zeroPoint
    case .tflite where activationRange == -128...127:
      return Oracle.rescaled(difference, by: Double(input.scale) / Double(output.scale)) + zeroPoint
    case .tflite, .xnnpack:
      return Oracle.rescaled(difference, by: Double(input.scale / output.scale)) + zeroPoint
    case .onnxRuntime:
      let real = Float(difference) * input.scale
      return Int64((real / output.scale).rounded(.toNearestOrEven)) + zeroPoint
    }
  }

  /// With one input of code 0 and zero point 0, the accumulators of a kernel are its biases.
  @Test(arguments: IntegerArithmetic.allCases, [true, false])
  func `every accumulator is rounded as its runtime does it`(_ arithmetic: IntegerArithmetic, _ isDense: Bool)
    throws
  {
    var generator = SeededGenerator(seed: 3)
    // Halves and quarters make ties; the others do not divide evenly.
    let scales: [Float] = [0.5, 0.25, 0.0078125, 0.3, 0.01, 0.00390625, 0x1p-21, 1e-7]
    let near = (-600...600).map { Int32($0) }
    let far = (0..<2000).map { _ in Int32(truncatingIfNeeded: generator.next()) / 2 }
    let bias = near + far
    let (input, output) = (try Models.grid(1, 0), try Models.grid(1, 1))
    for scale in scales {
      let kernel = IntegerKernel(
        shape: isDense ? [1, bias.count] : [1, 1, 1, bias.count],
        intWeights: [Int8](repeating: 1, count: bias.count), scales: [scale], bias32: bias)
      let model = try Models.single(
        isDense ? .dense(kernel) : .convolution(kernel, Window(size: (1, 1))),
        from: [(isDense ? [1] : [1, 1, 1], input)], shape: isDense ? [bias.count] : [1, 1, bias.count],
        grid: output, arithmetic: arithmetic)
      for path in IntegerSession.Path.allCases {
        let codes = IntegerSession(model, path: path).codes([0], examples: 1)
        let wrong = zip(bias, codes).filter { accumulator, got in
          got != Oracle.code(Int64(accumulator), kernel, 0, input, output, arithmetic)
        }
        #expect(wrong.isEmpty, "\(scale), \(path): \(wrong.prefix(3))")
      }
    }
  }

  /// Products just below a tie, of more bits than a 64-bit float has, which rounds them onto it: accumulator
  /// · scale is 78.5 − 2^−47, and becomes 78.5, and so 79. (accumulator · m ≡ 2^46 − 1 modulo 2^47, scale = m
  /// · 2^−47.)
  @Test(
    arguments: [
      (1_003_286_853, 11_011_699, 79), (827_375_355, 11_822_029, 70), (911_842_363, 13_968_141, 91),
    ] as [(Int32, Int, Int8)])
  func `a dense layer rounds its products as a 64-bit float does`(
    _ accumulator: Int32, _ significand: Int, _ expected: Int8
  ) throws {
    let exact = accumulator.multipliedFullWidth(by: Int32(significand))
    #expect((Int64(exact.high) << 32 | Int64(exact.low)) % (1 << 47) == (1 << 46) - 1)
    let kernel = IntegerKernel(
      shape: [1, 2], intWeights: [1, 1], scales: [Float(significand) * 0x1p-47],
      bias32: [accumulator, -accumulator])
    let grid = try Models.grid(1, 0)
    let model = try Models.single(.dense(kernel), from: [([1], grid)], shape: [2], grid: grid)
    for path in IntegerSession.Path.allCases {
      #expect(IntegerSession(model, path: path).codes([0], examples: 1) == [expected, -expected])
    }
  }

  /// A fast path may multiply in 32-bit floats where that rounds alike: not next to a tie.
  @Test(arguments: IntegerArithmetic.allCases, InstructionSet.allCases.filter(\.isAvailable))
  func `products next to a tie are rounded as by the reference, of several examples too`(
    _ arithmetic: IntegerArithmetic, _ instructions: InstructionSet
  ) throws {
    var generator = SeededGenerator(seed: 12)
    let grid = try Models.grid(1, 0)
    for exponent in 25...47 {
      let significand = (1 << 23) + generator.below(1 << 23) | 1
      let scale = Float(significand) * Float(sign: .plus, exponent: -exponent, significand: 1)
      let bias = (-130...130).flatMap { code in
        (-1...1).compactMap {
          Int32(exactly: (((Double(code) + 0.5) / Double(scale)).rounded() + Double($0)))
        }
      }
      let kernel = IntegerKernel(
        shape: [1, bias.count], intWeights: [Int8](repeating: 1, count: bias.count), scales: [scale],
        bias32: bias)
      let model = try Models.single(
        .dense(kernel), from: [([1], grid)], shape: [bias.count], grid: grid, arithmetic: arithmetic)
      for examples in [1, 3] {
        let codes = [Int8](repeating: 0, count: examples)
        let expected = IntegerSession(model, maximumBatch: examples, path: .reference).codes(
          codes, examples: examples)
        let session = IntegerSession(model, maximumBatch: examples, path: .fast, instructions: instructions)
        #expect(session.codes(codes, examples: examples) == expected, "\(scale), examples: \(examples)")
      }
    }
  }

  @Test func `a ReLU is an activation range that begins at the zero point`() throws {
    let grid = try Models.grid(0.1, -28)
    let model = try Models.single(
      .requantization(activationRange: -28...127), from: [([256], grid)], shape: [256], grid: grid)
    let codes = IntegerSession(model).codes(Self.allCodes, examples: 1)
    #expect(codes == Self.allCodes.map { max($0, -28) })
  }
}
