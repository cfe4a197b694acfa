import FixedPoint
import IntegerInference
import Testing

/// The checks of the operations that files of other tools have: what is refused, and with which words.
@Suite struct OperatorCheckTests {
  typealias Cause = IntegerModelError.Cause

  private func cause(
    _ kind: IntegerOperation.Kind, of shapes: [Int]..., to shape: [Int], scales: [Float] = [],
    _ arithmetic: IntegerArithmetic = .tflite
  ) throws -> Cause? {
    let inputs = try shapes.enumerated().map { index, shape in
      (shape: shape, grid: try Models.grid(index < scales.count ? scales[index] : 0.1, 3))
    }
    return Models.cause(
      kind, from: inputs, shape: shape, grid: try Models.grid(0.1, 3), arithmetic: arithmetic)
  }

  private func wrong(_ problem: String, _ expected: String) -> Cause {
    .wrongParameter(problem: problem, expected: expected)
  }

  private static let all: ClosedRange<Int32> = -128...127

  @Test(arguments: [
    IntegerOperation.Kind.add(activationRange: all), .subtract(activationRange: all),
    .multiply(activationRange: all),
  ])
  func `operands that cannot be repeated are refused`(_ kind: IntegerOperation.Kind) throws {
    let image = [4, 5, 6]
    for other in [image, [1, 1, 6], [6], [1], [1, 1, 1], [5, 6], [1, 5, 6], [1, 4, 5, 6]] {
      #expect(try cause(kind, of: image, other, to: image) == nil)
      #expect(try cause(kind, of: other, image, to: image) == nil)
    }
    for other in [[5], [4, 1, 1], [4, 1, 6], [4, 5, 1], [2, 4, 5, 6]] {
      #expect(
        try cause(kind, of: image, other, to: image)
          == .wrongInputShape(expected: "its own, [4, 5, 6], or the last dimensions of it", found: other))
    }
    #expect(try cause(kind, of: [6], [1, 6], to: image) == .wrongShape(expected: [6], found: image))
    #expect(try cause(kind, of: image, to: image) == .inputCount(expected: "two", found: 1))
  }

  @Test func `what ONNX Runtime does not compute on codes is refused by name`() throws {
    let window = Window(size: (1, 1))
    let kernel = IntegerKernel(
      shape: [1, 1, 2, 2], intWeights: [1, 2, 3, 4], scales: [0.1], bias32: [0, 0])
    let kinds: [(IntegerOperation.Kind, String)] = [
      (.subtract(activationRange: Self.all), "subtraction of codes"), (.prelu, "PReLU of codes"),
      (.resizeBilinear(alignCorners: false, halfPixelCenters: false), "bilinear resizing of codes"),
      (.transposedConvolution(kernel, window, isSame: false), "transposed convolution of codes"),
    ]
    for (kind, name) in kinds {
      let image = [2, 2, 2]
      let isPair = ["subtract", "prelu"].contains(kind.word)
      for arithmetic in IntegerArithmetic.allCases {
        let found =
          try isPair
          ? cause(kind, of: image, image, to: image, arithmetic)
          : cause(kind, of: image, to: image, arithmetic)
        #expect(found == (arithmetic == .onnxRuntime ? .notInArithmetic(operation: name, .onnxRuntime) : nil))
      }
    }
    #expect(
      IntegerModelError(operation: "x", cause: .notInArithmetic(operation: "PReLU of codes", .onnxRuntime))
        .description
        == "integer operation x: the arithmetic onnxRuntime has no PReLU of codes; choose the arithmetic tflite or"
        + " xnnpack or another operation")
  }

  /// 255 · 255 steps times 2^16 and more overflow LiteRT's accumulator; XNNPACK's multipliers end at 2^8.
  @Test func `a product that a runtime cannot rescale is refused`() throws {
    func cause(_ scale: Float, _ arithmetic: IntegerArithmetic) throws -> Cause? {
      try self.cause(
        .multiply(activationRange: Self.all), of: [2], [2], to: [2], scales: [scale, 0.1], arithmetic)
    }
    #expect(try cause(200, .tflite) == nil && cause(255, .xnnpack) == nil && cause(1e-6, .xnnpack) == nil)
    #expect(
      try cause(40_000, .tflite) == .accumulatorTooLarge(channel: 0, bound: 65025, limit: 32767))
    #expect(try cause(300, .xnnpack) == .wrongMultiplier(Double(Float(300) * 0.1 / 0.1)))
    guard case .wrongMultiplier? = try cause(0x1p-130, .onnxRuntime) else {
      Issue.record("a multiplier without all digits was accepted")
      return
    }
    guard
      case .accumulatorTooLarge? = try self.cause(.prelu, of: [2], [2], to: [2], scales: [1, 40_000])
    else {
      Issue.record("slopes that overflow were accepted")
      return
    }
    #expect(
      try self.cause(.prelu, of: [2], [3, 2], to: [3, 2]) == .wrongShape(expected: [2], found: [3, 2]))
  }

  @Test func `a constant has a code of its grid for each place`() throws {
    func cause(_ codes: [Int8], inputs: [Int] = []) throws -> Cause? {
      let grid = try Models.grid(0.1, 0, -8...7)
      do {
        _ = try IntegerModel(
          name: "m",
          operations: [
            IntegerOperation(name: "x", kind: .input, shape: [3], grid: grid),
            IntegerOperation(name: "c", kind: .constant(codes), inputs: inputs, shape: [3], grid: grid),
          ], outputs: [1])
        return nil
      } catch { return error.cause }
    }
    #expect(try cause([1, -8, 7]) == nil)
    #expect(try cause([1, 2]) == wrong("a constant of shape [3] has 2 codes", "3"))
    #expect(try cause([1, 2, 8]) == wrong("a constant has the code 8", "codes of its grid, -8...7"))
    #expect(try cause([1, 2, 3], inputs: [0]) == .inputCount(expected: "none", found: 1))
  }

  @Test func `a slice that leaves its axis is refused`() throws {
    func cause(_ begin: [Int], _ size: [Int], _ strides: [Int]) throws -> Cause? {
      try self.cause(.slice(begin: begin, size: size, strides: strides), of: [4, 6], to: size)
    }
    #expect(try cause([0, 5], [4, 3], [1, -2]) == nil)
    for (begin, size, stride) in [
      (0, 5, 1), (4, 1, 1), (-1, 1, 1), (0, 3, 2), (1, 2, -2), (0, 1, 0), (0, 2, .max),
    ] {
      #expect(
        try cause([begin, 0], [size, 6], [stride, 1])
          == wrong(
            "of 4 codes along axis 0 it takes \(size) from code \(begin) on, \(stride) apart",
            "a stride other than 0 that stays within the axis"))
    }
    #expect(
      try cause([0], [4, 6], [1, 1])
        == wrong(
          "it reads 2 axes, and its beginnings are for 1",
          "one for each axis of an example, which has no axis for the examples"))
    #expect(
      try self.cause(.slice(begin: [0], size: [2], strides: [1]), of: [3], to: [3])
        == .wrongShape(expected: [2], found: [3]))
    #expect(
      try self.cause(.slice(begin: [0], size: [2], strides: [1]), of: [3], to: [2], scales: [0.2])
        == .gridsDiffer(input: "input0"))
  }

  @Test func `a permutation has each axis once`() throws {
    #expect(try cause(.transpose(permutation: [2, 0, 1]), of: [3, 4, 5], to: [5, 3, 4]) == nil)
    for permutation in [[0, 1], [0, 1, 1], [1, 2, 3], [0, 3, 1, 2]] {
      #expect(
        try cause(.transpose(permutation: permutation), of: [3, 4, 5], to: [3, 4, 5])
          == wrong(
            "its permutation is \(permutation)",
            "each of 0..<3 once: the axes of an example, which has no axis for the examples"))
    }
  }

  @Test func `padding that takes codes away or is off the grid is refused`() throws {
    func cause(_ before: [Int], _ after: [Int], _ shape: [Int]) throws -> Cause? {
      try self.cause(.constantPadding(before: before, after: after, code: 3), of: [2, 3], to: shape)
    }
    #expect(try cause([1, 0], [0, 4], [3, 7]) == nil)
    #expect(
      try cause([1, -1], [0, 4], [3, 6]) == wrong("it adds -1 codes along an axis", "0 or more, below 2³¹"))
    #expect(try cause([1, 0], [0, 0], [3, 4]) == .wrongShape(expected: [3, 3], found: [3, 4]))
    let grid = try Models.grid(0.1, 0, -8...7)
    #expect(
      Models.cause(
        .constantPadding(before: [1], after: [0], code: 9), from: [([2], grid)], shape: [3], grid: grid)
        == wrong("it pads with the code 9", "a code of its grid, -8...7"))
  }

  @Test func `an image that cannot be resized is refused`() throws {
    func cause(_ corners: Bool, _ centers: Bool, _ shape: [Int]) throws -> Cause? {
      try self.cause(
        .resizeNearestNeighbor(alignCorners: corners, halfPixelCenters: centers), of: [2, 3, 4], to: shape)
    }
    #expect(try cause(true, false, [5, 1, 4]) == nil)
    #expect(
      try cause(true, true, [5, 1, 4])
        == wrong("it aligns corners and has half pixel centers", "at most one of them"))
    #expect(try cause(false, false, [5, 1, 3]) == .wrongShape(expected: [5, 1, 4], found: [5, 1, 3]))
    #expect(
      try cause(false, false, [1, 1 << 16, 4])
        == wrong("it resizes an image of 65536 pixels in one direction", "at most 65535"))
  }

  @Test func `a transposed convolution of another size or padding is refused`() throws {
    func cause(
      _ window: Window, _ shape: [Int], isSame: Bool, _ arithmetic: IntegerArithmetic = .tflite
    ) throws -> Cause? {
      let count = window.height * window.width * 2
      let kernel = IntegerKernel(
        shape: [window.height, window.width, 2, 1], intWeights: [Int8](repeating: 1, count: count),
        scales: [0.1],
        bias32: [0])
      return try self.cause(
        .transposedConvolution(kernel, window, isSame: isSame), of: [3, 4, 2], to: shape, arithmetic)
    }
    func same(_ size: (Int, Int), _ shape: [Int]) -> Window {
      Window(size: size, strides: (2, 2), transposedSameFrom: (3, 4), to: (shape[0], shape[1]))
    }
    let plain = Window(size: (3, 3), strides: (2, 2))
    for shape in [[5, 8, 1], [6, 7, 1]] {
      #expect(try cause(same((3, 3), shape), shape, isSame: true) == nil)
    }
    for shape in [[7, 9, 1], [8, 10, 1]] { #expect(try cause(plain, shape, isSame: false) == nil) }
    #expect(
      try cause(same((3, 3), [7, 8]), [7, 8, 1], isSame: true)
        == .wrongShape(expected: [5, 7, 1], found: [7, 8, 1]))
    #expect(
      try cause(plain, [6, 9, 1], isSame: false) == .wrongShape(expected: [7, 9, 1], found: [6, 9, 1]))
    #expect(
      try cause(plain, [6, 8, 1], isSame: true)
        == wrong(
          "its window has padding [0, 0, 0, 0], and its output has shape [6, 8, 1]",
          "padding of [0, 0, 1, 1] pixels above, left, below and right"))
    let small = same((1, 3), [6, 8])
    #expect(try cause(small, [6, 8, 1], isSame: true) == nil)
    guard case .notInArithmetic? = try cause(small, [6, 8, 1], isSame: true, .xnnpack) else {
      Issue.record("XNNPACK does not take a kernel smaller than its stride")
      return
    }
    guard case .wrongWindow? = try cause(Window(size: (3, 3), dilations: (2, 2)), [5, 6, 1], isSame: false)
    else {
      Issue.record("a dilated transposed convolution was accepted")
      return
    }
  }
}
