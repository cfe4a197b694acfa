import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// Range health of a whole model.
@Suite struct RangeHealthReportTests {
  @Test func `range health measures every quantizer on the tensor it quantizes`() throws {
    let model = Sequential([Dense(units: 2, useBias: false), ReLU()], inputShape: [2])
    model.weights[0].value = Tensor([1, -1, 0.5, 0.25], shape: [2, 2])
    let calibration = Tensor([0, 0, 1, 1], shape: [2, 2])
    let quantized = try quantizeModel(
      model, calibratingOn: [calibration], scheme: .nBit(weights: 3, activations: 2, scalePerUnit: false))
    let report = quantized.rangeHealth(on: [Tensor([1, 1, 1, 0, 0, 1, -1, 0], shape: [4, 2])])
    #expect(report.entries.map(\.path) == quantized.quantizers.map(\.path))
    // The input has range 0…1, and one number of eight is −1.
    let input = try #require(report["quantize_input_layer/output"])
    #expect(input.clippedLow == 0.125 && input.codesUsed == 2)
    // Weights in thirds: 1, −1, 0.5 and 0.25 have codes 3, −3, 2 and 1 (1.5 and 0.75 rounded).
    let kernel = try #require(report["quant_dense/kernel"])
    #expect(kernel.codesUsed == 4 && kernel.codesAvailable == 7 && kernel.clippedHigh == 0)
    // The model's output has 8 bits, whatever hidden activations have. It saw 0…1.5 (1 + 0.5 in floats); rows are
    // (1, 0)·, and what comes is 1 + 2/3 at most: above 1.5 by many steps of 1.5/255, once in eight.
    let output = try #require(report["quant_re_lu/output"])
    #expect(output.clippedHigh == 0.125 && output.codesAvailable == 256)
    #expect(report.table.rows.count == 3 && report.table.columns.count == report.table.rows[0].count)
    #expect(report.batchesNeeded == 0)
  }

  @Test func `range health reports the residue of each range's start`() throws {
    let model = try quantizeModel(
      Sequential([Dense(units: 2)], inputShape: [2]), calibratingOn: [Models.batch([2])], scheme: .tfmot8Bit)
    let report = model.rangeHealth(on: [Models.batch([2])])
    // One batch of a moving average of 0.999 leaves 99.9 % of −6…6.
    #expect(abs((report["quant_dense/output"]?.residue ?? 0) - 0.999) < 1e-9)
    #expect(report["quant_dense/kernel"]?.residue == nil)
    // 0.999ⁿ < 0.01 for n = 4603, of which one is done.
    #expect(report.batchesNeeded == 4602)
  }
}
