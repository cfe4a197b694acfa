import FixedPoint
import Foundation
import IntegerInference
import Support
import TestSupport
import Testing

@testable import ModelCommand

/// What `inspect` shows, beside numbers found by hand.
@Suite struct InspectionTests {
  /// The warnings about one dense layer, without the words before the colon.
  private func warnings(
    _ channels: [[Int8]], scale: Float = 0.01, bias: [Int32]? = nil, range: ClosedRange<Int32> = -128...127
  ) throws -> [String] {
    let model = try TinyModels.model([
      TinyModels.input([channels[0].count]),
      TinyModels.dense("dense", channels, scale: scale, bias: bias, reading: 0, range: range),
    ])
    return Inspection(of: model).warnings.map { $0.replacing("operation 1, dense, ", with: "") }
  }

  /// A convolution of 6 × 5 pixels by 3 × 2 in steps of 2 and 1, a depthwise one of multiplier 2, and a dense layer.
  private func network() throws -> IntegerModel {
    let (grid, small) = (try TinyModels.grid(1), Window(size: (2, 2)))
    func kernel(_ shape: [Int], _ outputs: Int) -> IntegerKernel {
      IntegerKernel(
        shape: shape, intWeights: Array(repeating: 100, count: shape.reduce(1, *)),
        scales: Array(repeating: 0.001, count: outputs), bias32: Array(repeating: 0, count: outputs))
    }
    return try TinyModels.model([
      TinyModels.input([6, 5, 3]),
      IntegerOperation(
        name: "a", kind: .convolution(kernel([3, 2, 3, 4], 4), Window(size: (3, 2), strides: (2, 1))),
        inputs: [0], shape: [2, 4, 4], grid: grid),
      IntegerOperation(
        name: "b", kind: .depthwiseConvolution(kernel([2, 2, 4, 2], 8), small), inputs: [1],
        shape: [1, 3, 8],
        grid: grid),
      IntegerOperation(name: "c", kind: .reshape, inputs: [2], shape: [24], grid: grid),
      IntegerOperation(name: "d", kind: .dense(kernel([24, 10], 10)), inputs: [3], shape: [10], grid: grid),
    ])
  }

  @Test func `multiply-adds are those of every output times the weights that it reads`() throws {
    let inspection = Inspection(of: try network())
    // 2·4 pixels of 4 channels, each 3·2·3; 1·3 pixels of 8 channels, each 2·2; 10 outputs of 24.
    #expect(inspection.operations.map(\.multiplyAdds) == [0, 8 * 4 * 18, 3 * 8 * 4, 0, 240])
    #expect(inspection.multiplyAdds == 576 + 96 + 240)
    // A byte a weight; four for each scale and each bias.
    #expect(inspection.parameterBytes == (72 + 4 * 8) + (32 + 8 * 8) + (240 + 10 * 8))
    #expect(inspection.operations.compactMap(\.weights?.bytes) == [104, 96, 320])
  }

  @Test func `a channel's factor, mantissa, shift and reachable codes`() throws {
    // Input codes −128 to 127 with zero point 27: −155 to 100 are multiplied by the weights.
    let kernel = IntegerKernel(
      shape: [2, 2], intWeights: [3, 0, -1, 0], scales: [0.25, 0.125], bias32: [40, -8],
      activationRange: -100...127)
    let model = try TinyModels.model([
      TinyModels.input([2], 0.5, 27),
      IntegerOperation(
        name: "dense", kind: .dense(kernel), inputs: [0], shape: [2], grid: try TinyModels.grid(1, -5)),
    ])
    let weights = try #require(Inspection(of: model).operations[1].weights)
    #expect(weights.lowestCode == -1 && weights.highestCode == 3 && weights.distinctCodes == 3)
    let (first, second) = (weights.channels[0], weights.channels[1])
    // 0.5 · 0.25 ÷ 1 = 1/8 = 2³⁰ · 2⁻² / 2³¹.
    #expect(first.multiplier == 0.125 && first.mantissa == 1 << 30 && first.shift == -2)
    // At the least 40 − 3·155 − 100 = −525, ÷ 8 is −65.6, − 5 is −71; at the most 40 + 300 + 155 = 495: 62 − 5.
    #expect(first.reachable == -71...57 && first.codeOfBias == 0 && first.largestCode == 3)
    // No weights: −8 ÷ 16 = −0.5, which the reference rounds away from zero.
    #expect(second.reachable == (-6)...(-6) && second.largestCode == 0 && second.bias == -8)
  }

  @Test func `no input gives a code that is out of reach, and some input gives each end`() throws {
    let model = try TinyModels.model([
      TinyModels.input([2], 1, 9),
      TinyModels.dense(
        "dense", [[7, -5], [1, 1], [-3, 0]], scale: 0.037, bias: [50, -3, 1000], reading: 0),
    ])
    let channels = try #require(Inspection(of: model).operations[1].weights).channels
    let codes = (-128...127).flatMap { a in (-128...127).flatMap { b in [Int8(a), Int8(b)] } }
    let outputs = IntegerSession(model, maximumBatch: 256).codes([codes], examples: 65_536)[0]
    for channel in 0..<3 {
      let own = stride(from: channel, to: outputs.count, by: 3).map { outputs[$0] }
      #expect(own.min() == channels[channel].reachable.lowerBound)
      #expect(own.max() == channels[channel].reachable.upperBound)
    }
  }

  @Test func `a sound layer has no warning`() throws {
    #expect(try warnings([[100, -3], [-64, 127]]).isEmpty)
    #expect(Inspection(of: try network()).warnings.isEmpty)
  }

  @Test func `channels of zeros and of small weights are told`() throws {
    #expect(try warnings([[0, 0], [0, 0], [64, 1]]) == ["2 of 3 channels: only weights of 0"])
    #expect(
      try warnings([[63, -63], [64, 0], [-64, 0]]) == [
        "1 of 3 channels: less than half of the weights' codes in use"
      ])
  }

  @Test func `channels that give one code, or saturate by their bias alone, are told`() throws {
    // With a ReLU at code 0 and a bias of −50,000 · 0.01 = −500 nothing gets through.
    #expect(
      try warnings([[100], [100]], bias: [-50_000, 0], range: 0...127) == [
        "1 of 2 channels: one code for every input"
      ])
    // 12,700 · 0.01 = 127; 12,600 stays one code below.
    #expect(
      try warnings([[100], [100]], bias: [12_700, 12_600])
        == ["1 of 2 channels: the highest code where the input is 0: the bias saturates them"])
    // A bias of 50 codes is far from the limit.
    #expect(try warnings([[-100], [100]], bias: [5000, 0], range: 0...127).isEmpty)
  }

  @Test func `biases near the limit of 32 bits are told`() throws {
    let near = "a bias within a factor of 2 of the limit of 32 bits"
    #expect(
      try warnings([[100], [100]], scale: 1e-9, bias: [1 << 30, (1 << 30) - 1]).last
        == "1 of 2 channels: \(near)")
    #expect(try warnings([[100]], scale: 1e-9, bias: [-(1 << 30)]).last == "1 of 1 channel: \(near)")
  }

  @Test func `four bits have their own half`() throws {
    let kernel = IntegerKernel(
      shape: [1, 2], intWeights: [4, 3], bitWidth: 4, scales: [0.1], bias32: [0, 0])
    let model = try TinyModels.model([
      TinyModels.input([1]),
      IntegerOperation(
        name: "dense", kind: .dense(kernel), inputs: [0], shape: [2], grid: TinyModels.grid(1)),
    ])
    #expect(
      Inspection(of: model).warnings
        == ["operation 1, dense, 1 of 2 channels: less than half of the weights' codes in use"])
    #expect(Inspection(of: model).operations[1].weights?.bytes == 1 + 4 + 8)
  }

  @Test func `the text shows every number, and JSON decodes to the same value`() throws {
    let inspection = Inspection(of: try network())
    let decoded = try JSONDecoder().decode(Inspection.self, from: Data(inspection.json.utf8))
    #expect(decoded == inspection)
    #expect(inspection.text.hasPrefix("tiny, 5 operations\n\n#  operation"))
    let row = inspection.text.split(separator: "\n").first { $0.hasPrefix("1 ") } ?? ""
    #expect(row.split(separator: " ") == ["1", "convolution", "2×4×4", "1", "0", "3×2×3×4", "8b", "576"])
    #expect(inspection.text.hasSuffix("912 multiply-adds, 520 bytes of weights, scales and biases"))
    let operation = inspection.operations[2]
    #expect(operation.text.contains("weights 2×2×4×2 of 8 bits: codes 100 to 100, 1 different; 96 bytes,"))
    #expect(operation.text.contains("96\n  multiply-adds") || operation.text.contains("96 multiply-adds"))
  }

  @Test func `long names, huge shapes and hostile names stay within eighty columns`() throws {
    let name = "\u{1B}[2J" + String(repeating: "name/", count: 100)
    let grid = try TinyModels.grid(0.000_012_345_6, -128)
    let shape = [1_000, 1_000, 1_024]
    let model = try IntegerModel(
      name: name,
      operations: [
        IntegerOperation(name: name, kind: .input, shape: shape, grid: grid),
        IntegerOperation(
          name: name + "2", kind: .reshape, inputs: [0], shape: [1_024, 1_000, 1_000], grid: grid),
      ], outputs: [1])
    let inspection = Inspection(of: model)
    for text in [inspection.text] + inspection.operations.map(\.text) {
      #expect(!text.contains("\u{1B}"))
      for line in text.split(separator: "\n") { #expect(line.terminalWidth <= 80, "\(line)") }
    }
  }
}
