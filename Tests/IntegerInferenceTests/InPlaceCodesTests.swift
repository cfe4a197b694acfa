import FixedPoint
import IntegerInference
import Support
import Testing

/// Chains of operations, which write over what they read, and large images in bands of rows.
@Suite struct InPlaceCodesTests {
  @Test(arguments: [IntegerArithmetic.tflite, .xnnpack])
  func `the codes of an image and of three are those of the reference`(_ arithmetic: IntegerArithmetic) throws
  {
    for seed in 1...16 {
      var chain = try RandomChain(seed: UInt64(seed))
      let model = try chain.model(arithmetic)
      let images = chain.codes(3 * model.operations[0].count)
      let expected = IntegerSession(model, path: .reference).codes([images], examples: 3)
      for instructions in InstructionSet.allCases where instructions.isAvailable {
        for (workers, batch) in [(1, 1), (2, 1), (1, 3), (2, 2)] {
          let session = IntegerSession(
            model, maximumBatch: batch, workers: workers, instructions: instructions)
          let found = session.codes([images], examples: 3)
          let differences = zip(expected.joined(), found.joined()).count { $0 != $1 }
          #expect(
            differences == 0,
            "chain \(seed), \(instructions), \(workers), \(batch): \(model.operations.map(\.name))")
        }
      }
    }
  }

  /// Operations one behind another, of any strides and channels, some of whose codes are read again later.
  private struct RandomChain {
    private var generator: SeededGenerator
    private var operations: [IntegerOperation] = []

    init(seed: UInt64) throws {
      generator = SeededGenerator(seed: seed)
      let height = generator.below(6) == 0 ? 1 : 6 + generator.below(34)
      append(
        "input", .input, [], [height, 6 + generator.below(34), 1 + generator.below(16)],
        try AffineQuantizer(scale: 0.05, zeroPoint: 5))
    }

    mutating func codes(_ count: Int) -> [Int8] {
      (0..<count).map { _ in Int8(truncatingIfNeeded: generator.below(256) - 128) }
    }

    /// A model of five to nine operations; its outputs are the last one and, sometimes, one before.
    mutating func model(_ arithmetic: IntegerArithmetic) throws -> IntegerModel {
      for _ in 0..<5 + generator.below(5) { try appendOne() }
      try appendDense()
      let last = operations.count - 1
      return try IntegerModel(
        name: "chain", arithmetic: arithmetic, operations: operations,
        outputs: generator.below(3) == 0 ? [last - 2, last] : [last])
    }

    private mutating func append(
      _ name: String, _ kind: IntegerOperation.Kind, _ inputs: [Int], _ shape: [Int], _ grid: AffineQuantizer
    ) {
      operations.append(
        IntegerOperation(
          name: "\(name) \(operations.count)", kind: kind, inputs: inputs, shape: shape, grid: grid))
    }

    private mutating func appendOne() throws {
      let (last, shape) = (operations.count - 1, operations[operations.count - 1].shape)
      let grid = try AffineQuantizer(scale: 0.05, zeroPoint: Int32(generator.below(200)) - 100)
      let size = (height: shape[0], width: shape[1])
      let extent = [1, 3, 5][generator.below(3)]
      let isInside = generator.below(3) == 0 && min(size.height, size.width) >= extent
      switch generator.below(7) {
      case 0, 1:
        let strides = (1 + generator.below(5) / 3, 1 + generator.below(5) / 2)
        let window = Window(size: (extent, extent), strides: strides, sameFor: size)
        try appendConvolution(
          isInside ? Window(size: (extent, extent), strides: strides) : window, last, shape, grid)
      case 2:
        try appendConvolution(Window(size: (1, 1)), last, shape, grid, filters: shape[2])
      case 3:
        let window = isInside ? Window(size: (extent, extent)) : Window(size: (extent, extent), sameFor: size)
        let output = window.outputSize(of: (size.height, size.width))
        let multiplier = shape[2] < 16 ? 1 + generator.below(4) / 3 : 1
        let kernel = kernel(
          [extent, extent, shape[2], multiplier], taps: extent * extent, channels: shape[2] * multiplier)
        append(
          "depthwise", .depthwiseConvolution(kernel, window), [last],
          [output.height, output.width, shape[2] * multiplier], grid)
      case 4:
        let before = operations.lastIndex { $0.shape == shape && $0.name != operations[last].name }
        let pair = generator.below(2) == 0 ? [last, before ?? last] : [before ?? last, last]
        append("add", .add(activationRange: -128...127), pair, shape, grid)
      case 5:
        append("reshape", .reshape, [last], [shape[1], shape[0], shape[2]], operations[last].grid)
      default: append("table", .hardSwish, [last], shape, grid)
      }
    }

    /// A dense layer with as many units as inputs, if they are few.
    private mutating func appendDense() throws {
      let (last, count) = (operations.count - 1, operations[operations.count - 1].count)
      guard count < 400 else { return }
      append("reshape", .reshape, [last], [count], operations[last].grid)
      let kernel = kernel([count, count], taps: count, channels: count)
      append(
        "dense", .dense(kernel), [last + 1], [count], try AffineQuantizer(scale: 0.05, zeroPoint: -7))
    }

    private mutating func appendConvolution(
      _ window: Window, _ last: Int, _ shape: [Int], _ grid: AffineQuantizer, filters: Int? = nil
    ) throws {
      let filters = filters ?? 1 + generator.below(16)
      let output = window.outputSize(of: (shape[0], shape[1]))
      let kernel = kernel(
        [window.height, window.width, shape[2], filters], taps: window.height * window.width * shape[2],
        channels: filters)
      append(
        "convolution", .convolution(kernel, window), [last], [output.height, output.width, filters], grid)
      guard output.height > 3, output.width > 3, generator.below(4) == 0 else { return }
      append(
        "pooling", .maxPooling(Window(size: (2, 2), strides: (2, 2))), [last + 1],
        [output.height / 2, output.width / 2, filters], grid)
    }

    /// A kernel whose sums have a standard deviation of about 60 codes.
    private mutating func kernel(_ shape: [Int], taps: Int, channels: Int) -> IntegerKernel {
      IntegerKernel(
        shape: shape, intWeights: codes(shape.reduce(1, *)),
        scales: [60 / (74 * 74 * Float(taps).squareRoot())],
        bias32: (0..<channels).map { _ in Int32(generator.below(2001)) - 1000 })
    }
  }
}
