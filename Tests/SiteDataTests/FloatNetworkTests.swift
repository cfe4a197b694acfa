import IntegerInference
import QAT
import Safetensors
import SiteData
import Testing

@Suite struct FloatNetworkTests {
  private func model(_ layers: [Layer]) -> Model {
    Sequential(
      [Conv2D(filters: 3, kernelSize: 2, name: "conv")] + layers + [
        Flatten(), Dense(units: 2, name: "scores"),
      ], inputShape: [3, 3, 1], seed: 5)
  }

  /// The float network of a model, and its tensors by name.
  private func network(of model: Model) throws -> (metadata: [String: String], tensors: [String: [Float]]) {
    let images = Tensor((0..<36).map { Float($0 % 7) / 6 }, shape: [4, 3, 3, 1])
    let (integers, _) = try convert(model, calibratingOn: [images])
    let file = try FloatNetwork(model, as: integers).file
    let tensors = try file.tensors.map { ($0.name, try #require($0.floats())) }
    return (file.metadata, Dictionary(uniqueKeysWithValues: tensors))
  }

  @Test func `a normalization is folded into kernel and bias, and a ReLU becomes a word`() throws {
    let normalization = BatchNormalization(epsilon: 0.5)
    let model = model([normalization, ReLU()])
    normalization.gamma.value = Tensor([2, 1, -1], shape: [3])
    normalization.beta.value = Tensor([0.25, 0, 1], shape: [3])
    normalization.movingMean.value = Tensor([1, -2, 0.5], shape: [3])
    normalization.movingVariance.value = Tensor([3.5, 0.5, 15.5], shape: [3])
    model.layer("conv").weight("bias").value = Tensor([1.5, 0, 2], shape: [3])
    let (metadata, tensors) = try network(of: model)
    // γ / √(variance + ½): 2 / 2, 1 / 1, −1 / 4.
    let factors: [Float] = [1, 1, -0.25]
    let kernel = model.layer("conv").weight("kernel").value.values
    #expect(tensors["conv/kernel"] == kernel.enumerated().map { $0.element * factors[$0.offset % 3] })
    // β + (bias − mean) · factor: 0.25 + 0.5, 0 + 2, 1 − 1.5 / 4.
    #expect(tensors["conv/bias"] == [0.75, 2, 0.625])
    let words = try #require(metadata["operation.1"]).split(separator: " ")
    #expect(words.contains("relu=true") && words.contains("kind=convolution") && words.contains("window=2,2"))
    #expect(metadata["scheme"] == "float32" && !words.contains { $0.hasPrefix("scale=") })
  }

  @Test func `without a normalization and a ReLU the numbers are the layer's`() throws {
    let model = model([])
    let (metadata, tensors) = try network(of: model)
    #expect(tensors["conv/kernel"] == model.layer("conv").weight("kernel").value.values)
    #expect(tensors["scores/bias"] == [0, 0])
    #expect(metadata["operation.1"]?.contains("relu") == false)
  }
}
