import Conversion
import FixedPoint
import Foundation
import IntegerInference
import Layers
import Quantization
import Tensors
import Testing

/// The report describes the integers, which equal the layer's parameters.
@Suite struct ConversionReportTests {
  /// One dense layer of two weights and a bias, whose integers can be found by hand.
  private func converted() throws -> (model: IntegerModel, report: ConversionReport) {
    let model = Sequential([Dense(units: 1, name: "dense")], inputShape: [2], name: "net")
    model.weights[0].value = Tensor([1, -0.5], shape: [2, 1])
    model.weights[1].value = Tensor([0.25], shape: [1])
    return try convert(model, calibratingOn: [Tensor([0, 0, 1, 0, 0, 1, 1, 1], shape: [4, 2])])
  }

  @Test func `the report's numbers are those found by hand`() throws {
    let (integers, report) = try converted()
    // Inputs 0…1 have scale 1/255; weights −1…1 have 1/127 and codes 127 and −63.5, a tie, rounded up to −63.
    // Outputs 0.25, 1.25, −0.25, 0.75 (of floats) span −0.25…1.25, scale 1.5/255, zero point −128 + 42.5.
    let dense = report.operations[1]
    #expect(report.operations[0].scale == 1 / 255 && report.operations[0].zeroPoint == -128)
    #expect(dense.weightScales == [1 / 127] && integers["dense"]?.kernel?.intWeights == [127, -63])
    // 0.25 · 255 · 127 = 8096.25.
    #expect(integers["dense"]?.kernel?.bias32 == [8096])
    // (127 + 63) · 255 + 8096 = 56,546, less than 2¹⁶: 17 bits with the sign.
    #expect(dense.accumulatorBound == 56_546 && dense.accumulatorBits == 17)
    #expect(abs(dense.multipliers[0].realValue - 1 / 255.0 / 127 / (1.5 / 255)) < 1e-9)
    // Two codes, a scale and a bias; two weights and a bias in floats.
    #expect(dense.bytes == 10 && dense.floatBytes == 12 && report.bytes == 10 && report.floatBytes == 12)
    #expect(dense.lowestCode == -128 && dense.highestCode == 127)
  }

  @Test func `the report equals the layer's integer parameters`() throws {
    let quantized = try Zoo.convolutions.quantized(.nBit(weights: 4, activations: 6))
    let (integers, report) = try convert(quantized)
    for operation in report.operations where operation.weightBits != nil {
      let parameters = try quantized.integerParameters(of: operation.name)
      #expect(operation.weightScales == parameters.weightScales)
      #expect(operation.multipliers == parameters.multipliers)
      #expect(operation.zeroPoint == parameters.output.zeroPoint && operation.weightBits == 4)
      let kernel = try #require(integers[operation.name]?.kernel)
      #expect(
        kernel.intWeights.map(Int32.init) == parameters.intWeights && kernel.bias32 == parameters.bias32)
      #expect(kernel.intWeights.allSatisfy { (-7...7).contains($0) })
      // Four bits a weight: half a byte, and four for each scale and bias.
      let rest = 4 * (kernel.scales.count + kernel.bias32.count)
      #expect(operation.bytes == (kernel.intWeights.count + 1) / 2 + rest)
    }
    #expect(report.simulated == "W4A6" && report.arithmetic == .tflite && report.floatOperations.isEmpty)
    // Hidden activations have 6 bits, in bytes: the ReLU lets 0…31 of −32…31 through, the ReLU6 less.
    #expect(report.operations[1].lowestCode == report.operations[1].zeroPoint)
    #expect(report.operations[1].highestCode == 31)
  }

  @Test func `the table has a row for each operation and JSON keeps the report`() throws {
    let report = try convert(Zoo.depthwise.quantized()).report
    #expect(report.table.rows.map { $0[0] } == report.operations.map(\.name))
    #expect(report.table.rows[1][1] == "depthwise convolution" && report.table.rows[1][5].contains(" … "))
    let copy = try JSONDecoder().decode(ConversionReport.self, from: JSONEncoder().encode(report))
    #expect(copy == report)
  }

  @Test func `the report prints the sizes, the table and what is computed in float`() throws {
    let (_, report) = try converted()
    let lines = "\(report)".split(separator: "\n").map(String.init)
    #expect(
      lines[0]
        == "quantized_net: simulated TFLite, 8 bits, computed as tflite; 10 bytes of weights, 12 in float")
    #expect(Array(lines.dropFirst()) == report.table.terminalLines())
    let softmax = try convert(Zoo.softmax.quantized(), arithmetic: .xnnpack).report
    #expect("\(softmax)".hasSuffix("\ncomputed in float: softmax"))
  }

  /// The scale of a channel of zeros does not make its bias coarse.
  @Test func `a channel of zeros keeps its bias`() throws {
    let model = Sequential(
      [Conv2D(filters: 2, kernelSize: 1, name: "conv")], inputShape: [1, 1, 1])
    model.weights[0].value = Tensor([1, 0], shape: [1, 1, 1, 2])
    model.weights[1].value = Tensor([0, 0.3], shape: [2])
    let batch = Tensor([0, 10], shape: [2, 1, 1, 1])
    let quantized = try quantizeModel(model, calibratingOn: [batch])
    let agreement = try quantized.agreement(with: convert(quantized).model, on: batch)
    #expect(agreement.equalCodes == 4)
    // 0.3 in steps of 10/255 is 7.65: code 8 above the zero point; with a scale of 1 and an input scale of
    // 10/255 it would be the same here, but an input of ten times the range would make it 0 or 10.
    let kernel = try #require(try convert(quantized).model["conv"]?.kernel)
    #expect(kernel.intWeights == [127, 0] && kernel.bias32[1] == Int32((7.65 * 65_536).rounded()))
  }

  /// A bias is counted in inputScale · weightScale, however small the weights are: 1 / (1e-5 / 127 / 255) is 3.2 · 10⁹,
  /// more than 32 bits hold, so the weight scale grows.
  @Test func `a channel of small weights keeps its bias`() throws {
    let model = Sequential(
      [Conv2D(filters: 2, kernelSize: 1, name: "conv")], inputShape: [1, 1, 1])
    model.weights[0].value = Tensor([1, 1e-5], shape: [1, 1, 1, 2])
    model.weights[1].value = Tensor([0, 1], shape: [2])
    let batch = Tensor([0, 1], shape: [2, 1, 1, 1])
    let quantized = try quantizeModel(model, calibratingOn: [batch])
    let (integers, _) = try convert(quantized)
    #expect(quantized.agreement(with: integers, on: batch).equalCodes == 4)
    let halfStep: Float = 0.5 / 255
    #expect(abs(quantized(batch).values[1] - 1) < halfStep)
    let bias = try #require(integers["conv"]?.kernel?.bias32[1])
    let expected = 1 << 30
    #expect(abs(Int(bias) - expected) <= 128)  // what rounding the scale to a float may cost
  }

  @Test func `operations computed in float are named`() throws {
    func names(_ item: Zoo, _ arithmetic: IntegerArithmetic) throws -> [String] {
      try convert(item.quantized(), arithmetic: arithmetic).report.floatOperations
    }
    for item in Zoo.allCases { #expect(try names(item, .tflite).isEmpty) }
    #expect(try names(.softmax, .xnnpack).count == 1 && names(.softmax, .onnxRuntime).count == 1)
    #expect(try names(.tanh, .xnnpack).isEmpty && names(.tanh, .onnxRuntime).count == 3)
    #expect(try names(.residual, .xnnpack).isEmpty && names(.residual, .onnxRuntime).count == 1)
    #expect(try names(.global, .xnnpack).count == 1 && names(.global, .onnxRuntime).isEmpty)
  }
}
