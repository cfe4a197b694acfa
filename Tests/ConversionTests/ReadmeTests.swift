import Conversion
import Datasets
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
import TestSupport
import Testing

/// The README's example of integers, kept from rotting.
@Suite struct ReadmeTests {
  @Test func theExampleRuns() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/digits-int8.safetensors"
    let digits = Digits.generated(count: 20, seed: 1)
    let some = Tensor(digits.floats(of: 0..<20), shape: [20, 28, 28, 1])
    let model = Sequential(
      [Conv2D(filters: 4, kernelSize: (3, 3)), ReLU(), Flatten(), Dense(units: 10)],
      inputShape: [28, 28, 1], seed: 1)
    let quantized = try quantizeModel(model, calibratingOn: [some])
    // README
    let (integers, report) = try convert(quantized)  // fails, naming the layer, if a float would be left
    print(report.table.terminalLines().joined(separator: "\n"))  // scales, zero points, multipliers, bytes
    let session = IntegerSession(integers, maximumBatch: 128)
    let classes = session.classes(some.values)
    try integers.write(to: file)
    // README
    #expect(classes == quantized(some).argmax())
    #expect(try IntegerModel(contentsOf: file) == integers)
  }

  @Test func theExampleIsTheReadmes() throws { try Checkout.expectReadmeToShow(#filePath) }
}
