import FixedPoint
import IntegerInference
import Testing

/// The checks of a new model: every mistake has an error that names the operation.
@Suite struct IntegerModelTests {
  typealias Cause = IntegerModelError.Cause

  private func cause(_ body: () throws -> IntegerModel) -> Cause? {
    do {
      _ = try body()
      return nil
    } catch { return (error as? IntegerModelError)?.cause }
  }

  /// The problem of an operation after an input of shape [4, 4, 2] with scale 0.1 and zero point 0.
  private func cause(
    _ kind: IntegerOperation.Kind, _ shape: [Int], inputShape: [Int] = [4, 4, 2], scale: Float = 0.1,
    inputs: Int = 1, grid: AffineQuantizer? = nil, arithmetic: IntegerArithmetic = .tflite
  ) throws -> Cause? {
    let input = try Models.grid(scale, 0)
    return cause {
      try Models.single(
        kind, from: [([Int], AffineQuantizer)](repeating: (inputShape, input), count: inputs), shape: shape,
        grid: grid ?? Models.grid(0.1, 0), arithmetic: arithmetic)
    }
  }

  private func kernel(
    _ shape: [Int], codes: Int? = nil, code: Int8 = 1, bits: Int = 8, scales: [Float] = [0.1], biases: Int,
    bias: Int32 = 0, activationRange: ClosedRange<Int32> = -128...127
  ) -> IntegerKernel {
    IntegerKernel(
      shape: shape, intWeights: [Int8](repeating: code, count: codes ?? shape.reduce(1, *)), bitWidth: bits,
      scales: scales, bias32: [Int32](repeating: bias, count: biases), activationRange: activationRange)
  }

  @Test func `a model has an input, an output and operations in order`() throws {
    let grid = try Models.grid(0.1, 0)
    let input = IntegerOperation(name: "a", kind: .input, shape: [2], grid: grid)
    func reshape(_ name: String, _ inputs: [Int]) -> IntegerOperation {
      IntegerOperation(name: name, kind: .reshape, inputs: inputs, shape: [2], grid: grid)
    }
    func cause(_ operations: [IntegerOperation], _ outputs: [Int]) -> Cause? {
      self.cause { try IntegerModel(name: "m", operations: operations, outputs: outputs) }
    }
    #expect(cause([], []) == .noInput)
    #expect(cause([input], []) == .noOutput)
    #expect(cause([input], [1]) == .unknownOutput(index: 1, operations: 1))
    #expect(cause([input], [-1]) == .unknownOutput(index: -1, operations: 1))
    #expect(cause([input, input], [1]) == .nameTwice)
    #expect(cause([input, reshape("b", [1])], [1]) == .inputNotBefore(index: 1, own: 1))
    #expect(cause([input, reshape("b", [-1])], [1]) == .inputNotBefore(index: -1, own: 1))
    #expect(cause([input, reshape("b", [])], [1]) == .inputCount(expected: "one", found: 0))
    #expect(cause([input, reshape("b", [0])], [1, 0]) == nil)
  }

  /// Otherwise a file of a few bytes could request more memory than there is.
  @Test func `a model of 2³¹ codes is refused`() throws {
    let grid = try AffineQuantizer(scale: 0.1, zeroPoint: 0)
    let half = 1 << 30
    func model(_ count: Int) throws -> IntegerModel {
      try IntegerModel(
        name: "model",
        operations: [
          IntegerOperation(name: "input", kind: .input, inputs: [], shape: [half], grid: grid),
          IntegerOperation(name: "same", kind: .reshape, inputs: [0], shape: [1, half], grid: grid),
        ].prefix(count).map { $0 }, outputs: [0])
    }
    #expect(try model(1).operations.count == 1)
    #expect(throws: IntegerModelError(cause: .tooManyCodes(1 << 31))) { try model(2) }
  }

  @Test func `an operation whose shape or grid does not fit is refused`() throws {
    let wide = try AffineQuantizer(scale: 0.1, zeroPoint: 0, quantizedRange: 0...255)
    #expect(try cause(.reshape, [5]) == .wrongShape(expected: [4, 4, 2], found: [5]))
    #expect(try cause(.reshape, []) == .impossibleShape([]))
    #expect(try cause(.reshape, [-32, -1]) == .impossibleShape([-32, -1]))
    #expect(try cause(.reshape, [1 << 40, 1 << 40]) == .impossibleShape([1 << 40, 1 << 40]))
    #expect(try cause(.reshape, [32], scale: 0.2) == .gridsDiffer(input: "input0"))
    #expect(try cause(.requantization(activationRange: 0...9), [32], grid: wide) == .gridTooWide(0...255))
    #expect(
      try cause(.requantization(activationRange: -200...9), [4, 4, 2])
        == .activationRangeOutsideGrid(range: -200...9, grid: -128...127))
    #expect(
      try cause(.softmax, [4, 4, 2])
        == .wrongFixedGrid(
          of: "softmax", expected: "scale 1/256, zero point -128", scale: 0.1, zeroPoint: 0))
    #expect(
      try cause(.globalAveragePooling, [4], inputShape: [4])
        == .wrongInputShape(expected: "[height, width, channels]", found: [4]))
    #expect(try cause(.globalAveragePooling, [4]) == .wrongShape(expected: [2], found: [4]))
    #expect(
      try cause(.globalAveragePooling, [1, 2, 2]) == .wrongShape(expected: [1, 1, 2], found: [1, 2, 2]))
    #expect(try cause(.add(activationRange: 0...1), [4, 4, 2]) == .inputCount(expected: "two", found: 1))
    #expect(
      try cause(.add(activationRange: 0...1), [32], inputs: 2)
        == .wrongInputShape(expected: "its own, [32], or the last dimensions of it", found: [4, 4, 2]))
    #expect(
      try cause(.concatenation(axis: 3), [4, 4, 4], inputs: 2)
        == .wrongInputShape(expected: "a dimension of number 3, counted from 0", found: [4, 4, 2]))
    #expect(
      try cause(.concatenation(axis: 2), [4, 4, 2], inputs: 2)
        == .wrongShape(expected: [4, 4, 4], found: [4, 4, 2]))
    #expect(
      try cause(.padding(.init(top: 1, left: 0, bottom: 0, right: 0)), [4, 4, 2])
        == .wrongShape(expected: [5, 4, 2], found: [4, 4, 2]))
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `a sigmoid or tanh off the grid that LiteRT fixes is refused`(_ arithmetic: IntegerArithmetic) throws {
    let grids: [(IntegerOperation.Kind, String, AffineQuantizer)] = [
      (.sigmoid, "scale 1/256, zero point -128", try Models.grid(0x1p-8, -128)),
      (.tanh, "scale 1/128, zero point 0", try Models.grid(0x1p-7, 0)),
    ]
    for (kind, expected, fixed) in grids {
      let others = [
        try Models.grid(fixed.scale.nextUp, fixed.zeroPoint), try Models.grid(fixed.scale, 5),
        try Models.grid(fixed.scale, fixed.zeroPoint, -128...126),
      ]
      #expect(try cause(kind, [4, 4, 2], grid: fixed, arithmetic: arithmetic) == nil)
      #expect(
        try cause(kind, [32], grid: fixed, arithmetic: arithmetic)
          == .wrongShape(expected: [4, 4, 2], found: [32]))
      for other in others {
        // ONNX Runtime takes any grid.
        #expect(
          try cause(kind, [4, 4, 2], grid: other, arithmetic: arithmetic)
            == (arithmetic == .onnxRuntime
              ? nil
              : .wrongFixedGrid(
                of: kind.word, expected: expected, scale: other.scale, zeroPoint: other.zeroPoint)))
      }
      #expect(
        try cause(kind, [4, 4, 2], scale: 0x1p-140, grid: fixed, arithmetic: arithmetic)
          == .wrongMultiplier(0x1p-140))
    }
  }

  @Test(arguments: IntegerArithmetic.allCases)
  func `a leaky ReLU that cannot be rescaled is refused`(_ arithmetic: IntegerArithmetic) throws {
    func cause(_ slope: Float, scale: Float = 0.1, shape: [Int] = [4, 4, 2]) throws -> Cause? {
      try self.cause(.leakyReLU(slope: slope), shape, scale: scale, arithmetic: arithmetic)
    }
    #expect(try cause(0) == nil && cause(0.3) == nil && cause(300) == nil)
    #expect(try cause(0.3, shape: [32]) == .wrongShape(expected: [4, 4, 2], found: [32]))
    #expect(try cause(-0.1) == .wrongSlope(-0.1))
    #expect(try cause(.infinity) == .wrongSlope(.infinity))
    guard case .wrongSlope? = try cause(.nan) else {
      Issue.record("a slope that is no number was accepted")
      return
    }
    // 255 steps times 2^23 and more overflow LiteRT's accumulator.
    let tooLarge = Cause.accumulatorTooLarge(channel: 0, bound: 255, limit: 127)
    #expect(try cause(0.3, scale: 0.1 * 0x1p23) == (arithmetic == .onnxRuntime ? nil : tooLarge))
    #expect(try cause(0x1p23) == (arithmetic == .onnxRuntime ? nil : tooLarge))
    #expect(
      try cause(3e38, scale: 1e5)
        == (arithmetic == .onnxRuntime ? nil : .wrongMultiplier(.infinity)))
  }

  @Test func `a window that could lie outside the image is refused`() throws {
    func reason(_ window: Window, _ shape: [Int] = [4, 4, 2]) throws -> String? {
      guard case .wrongWindow(let reason) = try cause(.maxPooling(window), shape) else { return nil }
      return reason
    }
    #expect(try reason(Window(size: (0, 2)))?.contains("size and strides [0, 2, 1, 1]") == true)
    #expect(try reason(Window(size: (2, 2), strides: (1, -1)))?.contains("[2, 2, 1, -1]") == true)
    #expect(try reason(Window(size: (5, 1)))?.contains("5 × 1 does not fit the image, [4, 4, 2]") == true)
    let padding = Window.Padding(top: 2, left: 0, bottom: 0, right: 0)
    #expect(
      try reason(Window(size: (2, 2), padding: padding))?.contains("without a pixel of the image") == true)
    let negative = Window.Padding(top: -1, left: 0, bottom: 0, right: 0)
    #expect(try reason(Window(size: (2, 2), padding: negative)) != nil)
    guard
      case .wrongWindow = try cause(.padding(.init(top: -1, left: 0, bottom: 0, right: 0)), [3, 4, 2])
    else {
      Issue.record("negative padding was accepted")
      return
    }
  }

  @Test func `a kernel that does not fit its layer is refused`() throws {
    func dense(_ kernel: IntegerKernel) throws -> Cause? {
      try cause(.dense(kernel), [3], inputShape: [2])
    }
    #expect(try dense(kernel([2, 3], biases: 3)) == nil)
    #expect(
      try dense(kernel([3, 3], biases: 3)) == .wrongKernelShape(expected: "[2, units]", found: [3, 3]))
    #expect(
      try dense(kernel([2, 3], codes: 5, biases: 3)) == .wrongCount(of: "codes", expected: "6", found: 5))
    #expect(
      try dense(kernel([2, 3], biases: 2)) == .wrongCount(of: "biases", expected: "3", found: 2))
    #expect(
      try dense(kernel([2, 3], scales: [1, 1], biases: 3))
        == .wrongCount(of: "scales", expected: "1 or 3", found: 2))
    #expect(try dense(kernel([2, 3], scales: [-1], biases: 3)) == .scaleNotPositive(-1))
    #expect(try dense(kernel([2, 3], bits: 9, biases: 3)) == .bitWidthUnsupported(9))
    #expect(try dense(kernel([2, 3], bits: 0, biases: 3)) == .bitWidthUnsupported(0))
    #expect(
      try dense(kernel([2, 3], code: 8, bits: 4, biases: 3)) == .codeTooLarge(code: 8, bitWidth: 4))
    #expect(try dense(kernel([2, 3], code: -8, bits: 4, biases: 3)) == nil)
    #expect(try dense(kernel([2, 3], code: 1, bits: 1, biases: 3)) == .codeTooLarge(code: 1, bitWidth: 1))
    let window = Window(size: (3, 3))
    #expect(
      try cause(.convolution(kernel([3, 3, 1, 5], biases: 5), window), [2, 2, 5])
        == .wrongKernelShape(
          expected: "[3, 3, 2, filters], or filters that the kernel's 2 groups can share evenly",
          found: [3, 3, 1, 5]))
    #expect(
      try cause(.depthwiseConvolution(kernel([3, 3, 2, 2], biases: 4), window), [2, 2, 5])
        == .wrongShape(expected: [2, 2, 4], found: [2, 2, 5]))
    #expect(
      try cause(.convolution(kernel([3, 3, 2, 5], biases: 5, activationRange: -129...0), window), [2, 2, 5])
        == .activationRangeOutsideGrid(range: -129...0, grid: -128...127))
  }

  /// 2 inputs of up to 128 steps times weights of 127, and a bias: 2 · 128 · 127 = 32,512 and 2^31 − 1 −
  /// 32,512.
  @Test func `an accumulator that could overflow is refused`() throws {
    let most = Int32.max - 32512
    func dense(_ bias: Int32, _ arithmetic: IntegerArithmetic) throws -> Cause? {
      try cause(
        .dense(kernel([2, 1], code: 127, biases: 1, bias: bias)), [1], inputShape: [2], arithmetic: arithmetic
      )
    }
    for arithmetic in IntegerArithmetic.allCases {
      #expect(try dense(most, arithmetic) == nil)
      #expect(try dense(-most, arithmetic) == nil)
      #expect(
        try dense(most + 1, arithmetic)
          == .biasTooLarge(channel: 0, bias: Int(most) + 1, bound: 1 << 31, limit: Int(Int32.max)))
    }
    // 140,000 inputs are too many without any bias.
    #expect(
      try cause(.dense(kernel([140_000, 1], code: 127, biases: 1)), [1], inputShape: [140_000])
        == .accumulatorTooLarge(channel: 0, bound: 140_000 * 128 * 127, limit: Int(Int32.max)))
  }

  /// A multiplier of 2, which is ½ · 2², shifts left by 2 bits first: 2^29 − 1 is the most.
  @Test func `a multiplier above 1 leaves fewer bits to the accumulator`() throws {
    func convolution(_ bias: Int32) throws -> Cause? {
      let one = kernel([1, 1, 1, 1], scales: [2], biases: 1, bias: bias)
      return try cause(
        .convolution(one, Window(size: (1, 1))), [1, 1, 1], inputShape: [1, 1, 1])
    }
    #expect(try convolution((1 << 29) - 1 - 128) == nil)
    #expect(
      try convolution((1 << 29) - 128)
        == .biasTooLarge(channel: 0, bias: (1 << 29) - 128, bound: 1 << 29, limit: (1 << 29) - 1))
  }

  @Test func `scales that a runtime cannot express are refused`() throws {
    let ratios: [(IntegerArithmetic, Float, Bool)] = [
      (.xnnpack, 12.8, true), (.xnnpack, 13, false), (.xnnpack, 0.0003, false), (.tflite, 13, true),
      (.onnxRuntime, 13, true), (.onnxRuntime, 0x1p-130, false),
    ]
    for (arithmetic, scale, isAccepted) in ratios {  // 2^7 and 2^−8 times 0.1 are the ends for XNNPACK
      let found = try cause(
        .requantization(activationRange: -128...127), [4, 4, 2], scale: scale, arithmetic: arithmetic)
      #expect((found == nil) == isAccepted, "\(arithmetic) \(scale)")
    }
    let strong = kernel([2, 1], scales: [256], biases: 1)
    #expect(try cause(.dense(strong), [1], inputShape: [2], arithmetic: .xnnpack) == .wrongMultiplier(256))
    #expect(try cause(.dense(strong), [1], inputShape: [2], arithmetic: .onnxRuntime) == nil)
  }

  @Test func `a model prints a table of its operations`() throws {
    let grid = try Models.grid(0.1, -5)
    let window = Window(size: (3, 3))
    let model = try IntegerModel(
      name: "small",
      operations: [
        IntegerOperation(name: "image", kind: .input, shape: [4, 4, 2], grid: grid),
        IntegerOperation(
          name: "conv", kind: .convolution(kernel([3, 3, 2, 5], bits: 4, biases: 5), window), inputs: [0],
          shape: [2, 2, 5], grid: grid),
        IntegerOperation(name: "flatten", kind: .reshape, inputs: [1], shape: [20], grid: grid),
      ], outputs: [2])
    // 90 weights of 4 bits, a scale and 5 biases of 4 bytes each.
    #expect(
      "\(model)" == """
        small, in the arithmetic of tflite
        operation    name     output shape  scale  zero point  weight bytes
        ───────────  ───────  ────────────  ─────  ──────────  ────────────
        input        image    [4, 4, 2]       0.1          −5
        convolution  conv     [2, 2, 5]       0.1          −5            69
        reshape      flatten  [20]            0.1          −5
        total                                                            69
        """)
  }

  @Test func `an operation prints itself in one line`() throws {
    let grid = try Models.grid(0.1, -5)
    let dense = kernel([2, 3], bits: 4, biases: 3)
    #expect(
      "\(IntegerOperation(name: "logits", kind: .dense(dense), inputs: [0], shape: [3], grid: grid))"
        == "logits (dense): [3], scale 0.1, zero point −5, kernel [2, 3] of 4 bits")
    // The name may come out of a file.
    #expect(
      "\(IntegerOperation(name: "a\u{1b}", kind: .softmax, inputs: [0], shape: [3], grid: grid))"
        == "a\\u{1b} (softmax): [3], scale 0.1, zero point −5")
  }

  @Test func `a model's error names the operation, the problem and the remedy`() {
    let error = IntegerModelError(operation: "conv", cause: .gridsDiffer(input: "relu"))
    #expect(
      error.description
        == "integer operation conv: it passes codes on as they are, and its grid is another than that of relu;"
        + " put a requantization between them")
    #expect(
      IntegerModelError(cause: .noInput).description
        == "integer model: nothing takes codes from the caller; add an operation of kind input")
  }
}
