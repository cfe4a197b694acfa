import Conversion
import Layers
import PyTorchFiles
import Quantization
import Safetensors
import Support
import Tensors
import TestSupport
import Testing

/// Networks of PyTorch give here the numbers that they give there.
@Suite struct LoadingTests {
  @Test func `a ResNet-8 gives PyTorch's logits, by equal names`() throws {
    let model = Networks.resnet8()
    let report = try model.loadWeights(pyTorch: Fixture.path("resnet8"))
    try Fixture.expectOutputs(of: model, toBeThoseOf: "resnet8")
    #expect(report.modules.count == 17 && report.modules.allSatisfy { $0.layer == $0.module })
    #expect(report.unused.isEmpty && report.notes.isEmpty)
  }

  @Test func `a MobileNet gives PyTorch's logits, by a map of names`() throws {
    let (model, names) = Networks.mobilenet()
    let report = try model.loadWeights(pyTorch: Fixture.path("mobilenet"), names: names)
    try Fixture.expectOutputs(of: model, toBeThoseOf: "mobilenet")
    #expect(report.modules.first { $0.layer == "block2_spatial" }?.module == "features.4.conv.3")
    #expect(report.description.contains("features.4.conv.3"))
  }

  @Test func `what is loaded is quantized and converted`() throws {
    let model = Networks.resnet8()
    try model.loadWeights(pyTorch: Fixture.path("resnet8"))
    let file = try SafetensorsFile(contentsOf: Fixture.path("resnet8-io"))
    let images = Tensor(try file.floats("input"), shape: [2, 32, 32, 3])
    let quantized = try quantizeModel(model, calibratingOn: [images])
    let (integers, _) = try convert(quantized)
    #expect(quantized(images).argmax() == model(images).argmax())
    #expect(quantized.agreement(with: integers, on: images).shareEqual == 1)
  }

  @Test(arguments: ["layouts", "layouts-f16", "layouts-bf16"])
  func `flattened images, images made of vectors and joined ones are put in order`(_ name: String) throws {
    let model = Networks.layouts()
    try model.loadWeights(pyTorch: Fixture.path(name))
    try Fixture.expectOutputs(of: model, toBeThoseOf: name)
  }

  @Test func `enlarging layers give PyTorch's images`() throws {
    let model = Networks.upsampler()
    try model.loadWeights(pyTorch: Fixture.path("upsampler"))
    try Fixture.expectOutputs(of: model, toBeThoseOf: "upsampler")
  }

  @Test(arguments: ["row-numbered", "row-named"])
  func `layers in a row take modules in their order`(_ name: String) throws {
    let model = Networks.row()
    let report = try model.loadWeights(pyTorch: Fixture.path(name))
    try Fixture.expectOutputs(of: model, toBeThoseOf: "row")
    let modules = name == "row-named" ? ["stem", "norm", "conv"] : ["0", "1", "3"]
    #expect(report.modules.map(\.module).prefix(3) == modules[...])
  }

  @Test func `models inside a model and annotated layers take modules by their paths`() throws {
    func inner(_ layers: [Layer], _ name: String) -> Layer { Sequential(layers, name: name) }
    func normal(_ name: String) -> Layer { BatchNormalization(epsilon: 1e-5, name: name) }
    let model = Sequential(
      [
        inner(
          [
            quantizeAnnotate(Conv2D(filters: 4, kernelSize: 3, name: "stem")), normal("norm"), ReLU(),
            Conv2D(filters: 4, kernelSize: 3, useBias: false, name: "conv"), normal("bn"), ReLU(),
          ], "features"), MaxPooling2D(), Flatten(),
        // The order of a flattened image goes into the model behind it.
        inner(
          [
            Dense(units: 6, name: "hidden"), normal("act"), ReLU(), Dense(units: 3, name: "fc"),
          ], "head"),
      ], inputShape: [8, 8, 2])
    let names = ["features": "net", "head": "net.head", "head/fc": "last.fc"]
    let file = try SafetensorsFile(contentsOf: Fixture.path("row-named"))
    let folder = try TemporaryFolder()
    let path = folder.path + "/nested.safetensors"
    let moved = file.tensors.map { tensor in
      let first = tensor.name.prefix { $0 != "." }
      let start = ["hidden", "act"].contains(first) ? "net.head." : first == "fc" ? "last." : "net."
      return SafetensorsTensor(
        start + tensor.name, type: tensor.type, shape: tensor.shape, bytes: tensor.bytes)
    }
    try SafetensorsFile(moved).write(to: path)
    let report = try model.loadWeights(pyTorch: path, names: names)
    try Fixture.expectOutputs(of: model, toBeThoseOf: "row")
    #expect(report.modules.map(\.layer).contains("head/hidden"))
    // The name of the whole stands in front of all.
    let wrapped = moved.map {
      SafetensorsTensor("module." + $0.name, type: $0.type, shape: $0.shape, bytes: $0.bytes)
    }
    try SafetensorsFile(wrapped).write(to: path)
    try model.loadWeights(
      pyTorch: path,
      names: ["": "module", "features": "module.net", "head": "module.net.head", "head/fc": "module.last.fc"])
    try Fixture.expectOutputs(of: model, toBeThoseOf: "row")
  }

  @Test func `an epsilon that is not PyTorch's default is noted`() throws {
    let model = Sequential(
      [
        Conv2D(filters: 4, kernelSize: 3), BatchNormalization(), ReLU(),
        Conv2D(filters: 4, kernelSize: 3, useBias: false), BatchNormalization(epsilon: 1e-5), ReLU(),
        MaxPooling2D(), Flatten(), Dense(units: 6), BatchNormalization(epsilon: 1e-5), ReLU(),
        Dense(units: 3),
      ], inputShape: [8, 8, 2])
    let report = try model.loadWeights(pyTorch: Fixture.path("row-numbered"))
    #expect(
      report.notes == [
        "batch_normalization (BatchNormalization) has epsilon 0.001; PyTorch's default is 1e-05, and its files do not "
          + "tell: build it with the epsilon of the network"
      ])
  }
}
