import Layers
import PyTorchFiles
import Safetensors
import TestSupport
import Testing

/// The examples of Documentation/PyTorch.md, kept from rotting.
@Suite struct DocumentationTests {
  @Test func `the page's model loads`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/network.safetensors"
    let shapes = [
      ("conv1.weight", [8, 3, 3, 3]), ("bn1.weight", [8]), ("bn1.bias", [8]), ("bn1.running_mean", [8]),
      ("bn1.running_var", [8]), ("fc.weight", [10, 8 * 8 * 8]), ("fc.bias", [10]),
    ]
    try SafetensorsFile(
      shapes.map { SafetensorsTensor($0, shape: $1, values: [Float](repeating: 0.5, count: $1.reduce(1, *))) }
    ).write(to: path)
    // PyTorch
    let image = Input([32, 32, 3])  // PyTorch has [3, 32, 32]: channels, height, width
    let padded = ZeroPadding2D(padding: 1)(image)  // nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
    let conv = Conv2D(filters: 8, kernelSize: 3, strides: 2, useBias: false, name: "conv1")(padded)
    let normal = BatchNormalization(momentum: 0.9, epsilon: 1e-5, name: "bn1")(conv)
    let logits = Dense(units: 10, name: "logits")(Flatten()(MaxPooling2D()(ReLU()(normal))))
    let model = Model(inputs: image, outputs: logits)

    let report = try model.loadWeights(pyTorch: path, names: ["logits": "fc"])
    print(report)  // which layer took which module, and what to look at
    // PyTorch
    #expect(report.modules.map(\.module) == ["conv1", "bn1", "fc"])
  }

  @Test func `the page shows this example`() throws {
    try Checkout.expectPageToShow(#filePath, mark: "PyTorch", page: "Documentation/PyTorch.md")
  }
}
