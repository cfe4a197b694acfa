import Conversion
import IntegerInference
import Layers
import Quantization
import Tensors
import Testing

/// A quantized model as integers: which operations there are, on which grids.
@Suite struct ConvertTests {
  @Test func whatIsFusedAndFoldedIsOneOperation() throws {
    let model = Sequential(
      [
        Conv2D(filters: 2, kernelSize: (3, 3), padding: .same), BatchNormalization(), ReLU(), MaxPooling2D(),
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
    #expect(convolution.kernel?.limits == convolution.grid.zeroPoint...127)
  }
}
