import Conversion
import FixedPoint
import IntegerInference
import Layers
import Quantization
import Tensors
import Testing

/// The operations of a converted model, and their grids.
@Suite struct ConvertTests {
  @Test func `fused and folded layers are one operation`() throws {
    let model = Sequential(
      [
        Conv2D(filters: 2, kernelSize: 3, padding: .same), BatchNormalization(), ReLU(), MaxPooling2D(),
        Flatten(), Dense(units: 3),
      ], inputShape: [4, 4, 1])
    let batch = Tensor((0..<32).map { Float($0) / 31 - 0.5 }, shape: [2, 4, 4, 1])
    let (integers, report) = try convert(model, calibratingOn: [batch])
    #expect(
      integers.operations.map(\.name) == ["input_layer", "conv2d", "max_pooling2d", "flatten", "dense"])
    #expect(report.operations.map(\.kind) == ["input", "convolution", "max pooling", "reshape", "dense"])
    #expect(report.operations[0].layers == ["input_layer", "quantize_input_layer"])
    #expect(report.operations[1].layers == ["quant_conv2d_batch_normalization", "quant_re_lu"])
    #expect(report.floatOperations.isEmpty)
    let convolution = integers.operations[1]
    #expect(convolution.kernel?.activationRange == convolution.grid.zeroPoint...127)
  }

  private func kinds(_ item: Zoo, _ scheme: QuantizeScheme = .tflite8Bit) throws -> [String] {
    try convert(item.quantized(scheme)).report.operations.map(\.kind)
  }

  @Test func `the inputs of a concatenation are on its grid`() throws {
    let (integers, report) = try convert(Zoo.concatenation.quantized())
    #expect(!report.operations.contains { $0.kind == "requantization" })
    let concatenations = integers.operations.filter { $0.name.hasPrefix("concatenate") }
    #expect(concatenations.count == 2)
    for operation in concatenations {
      for input in operation.inputs { #expect(integers.operations[input].grid == operation.grid) }
    }
  }

  @Test func `inputs at different scales are requantized on the way`() throws {
    #expect(try kinds(.concatenation, .onnxRuntime8Bit).contains("requantization"))
  }

  /// ONNX Runtime's average pooling and softmax have grids of their own; LiteRT rescales behind them.
  @Test func `a pooling and a softmax on grids of their own are one operation where the runtime has one`()
    throws
  {
    for (arithmetic, more) in [(IntegerArithmetic.onnxRuntime, []), (.tflite, ["requantization"])] {
      var scheme = QuantizeScheme.onnxRuntime8Bit
      (scheme.arithmetic, scheme.sharesPoolScales, scheme.fixedScales) = (arithmetic, false, [])
      #expect(
        try kinds(.pooling, scheme) == ["input", "convolution", "average pooling"] + more + [
          "reshape", "dense",
        ])
      #expect(try kinds(.softmax, scheme) == ["input", "reshape", "dense", "softmax"] + more)
    }
    let shared = try convert(Zoo.pooling.quantized(.onnxRuntime8Bit)).model.operations
    let pool = try #require(shared.first { $0.name.hasPrefix("average") })
    #expect(pool.grid == shared[pool.inputs[0]].grid)
    let softmax = try convert(Zoo.softmax.quantized(.onnxRuntime8Bit)).model.operations.last?.grid
    #expect(softmax?.scale == 1 / 256 && softmax?.zeroPoint == -128)
  }

  @Test func `a ReLU whose input has other readers is an operation of its own`() throws {
    let (integers, _) = try convert(Zoo.rectifiers.quantized())
    let limits = integers.operations.compactMap { operation in
      if case .requantization(let limits) = operation.kind { (operation.grid, limits) } else { nil }
    }
    #expect(limits.contains { grid, limits in limits.lowerBound == grid.zeroPoint })
  }

  @Test func `a separable convolution is two operations`() throws {
    #expect(
      try kinds(.depthwise) == [
        "input", "depthwise convolution", "depthwise convolution", "convolution", "reshape", "dense",
      ])
  }

  @Test func `a layer that only passes codes on is no operation`() throws {
    let report = try convert(Zoo.pooling.quantized()).report
    #expect(!report.operations.contains { $0.name.hasPrefix("dropout") })
    #expect(report.operations.contains { $0.layers.contains { $0.hasPrefix("dropout") } })
  }

  @Test func `softmax has the runtime's fixed grid`() throws {
    let (integers, _) = try convert(Zoo.softmax.quantized())
    let last = try #require(integers.operations.last)
    #expect(last.kind == .softmax && last.grid.scale == 1 / 256 && last.grid.zeroPoint == -128)
  }

  /// LiteRT fixes the grids of sigmoid and tanh, at every width of the other activations; ONNX Runtime takes any.
  @Test func `sigmoid and tanh have the grids of their runtime`() throws {
    func grids(
      _ item: Zoo, _ kind: IntegerOperation.Kind, _ scheme: QuantizeScheme, _ arithmetic: IntegerArithmetic
    ) throws -> Set<[Float]> {
      let integers = try convert(item.quantized(scheme), arithmetic: arithmetic).model
      let found = integers.operations.filter { $0.kind == kind }
      #expect(found.count == 3)
      return Set(found.map { [$0.grid.scale, Float($0.grid.zeroPoint)] })
    }
    for scheme in [QuantizeScheme.tflite8Bit, .xnnpack8Bit, .powerOfTwo, .nBit(weights: 3, activations: 4)] {
      let arithmetic = try #require(scheme.arithmetic)
      #expect(try grids(.sigmoid, .sigmoid, scheme, arithmetic) == [[0x1p-8, -128]])
      #expect(try grids(.tanh, .tanh, scheme, arithmetic) == [[0x1p-7, 0]])
    }
    let free = try grids(.tanh, .tanh, .onnxRuntime8Bit, .onnxRuntime)
    #expect(free.count == 3 && !free.contains([0x1p-7, 0]))
    // TFMOT does not simulate the fixed grids: a requantization to the simulated one follows.
    for arithmetic in [IntegerArithmetic.tflite, .xnnpack] {
      let report = try convert(Zoo.tanh.quantized(.tfmot8Bit), arithmetic: arithmetic).report
      #expect(
        report.operations.map(\.kind) == [
          "input", "convolution", "tanh", "requantization", "tanh", "requantization", "reshape", "dense",
          "tanh",
          "requantization",
        ])
    }
  }

  @Test func `a leaky ReLU is an operation with its slope`() throws {
    let integers = try convert(Zoo.leakyReLU.quantized()).model
    #expect(
      integers.operations.map(\.kind.word) == [
        "input", "convolution", "leakyReLU", "reshape", "dense", "leakyReLU",
      ])
    #expect(integers.operations[2].kind == .leakyReLU(slope: 0.2))
    #expect(integers.operations[5].kind == .leakyReLU(slope: 0.01))
  }

  @Test(arguments: Zoo.allCases) func `conversion is deterministic and changes no weight`(_ item: Zoo) throws
  {
    let quantized = try item.quantized()
    let before = quantized.weights.map(\.value.values)
    #expect(try convert(quantized).model == convert(quantized).model)
    #expect(quantized.weights.map(\.value.values) == before)
  }
}
