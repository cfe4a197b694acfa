import Layers
import Quantization
import Quantizers
import Tensors
import Testing

/// Names that collide with those of wrappers and inputs, and layers that a model around them freezes.
@Suite struct NameTests {
  private func expectEqualCopy(_ layers: [Layer], _ location: SourceLocation = #_sourceLocation) throws {
    let float = Models.sequential(layers, [4, 4, 1])
    let batch = Models.batch([4, 4, 1])
    let quantized = try quantizeModel(
      float, calibratingOn: [batch], scheme: .nBit(weights: 8, activations: 8))
    let copy = try #require(try quantized.copied() as? QuantizedModel)
    #expect(copy(batch).values == quantized(batch).values, sourceLocation: location)
    let names = quantized.layers.map(\.name)
    #expect(Set(names).count == names.count && names == copy.layers.map(\.name), sourceLocation: location)
    #expect(
      removeQuantization(quantized).layers.map(\.name) == float.layers.map(\.name), sourceLocation: location)
  }

  @Test func `a layer named like an input is quantized, copied and restored`() throws {
    try expectEqualCopy([Flatten(), Dense(units: 3, name: "input_layer")])
    try expectEqualCopy([Flatten(), Dense(units: 3, name: "quantize_input_layer")])
  }

  @Test func `layers named like wrappers of others are quantized, copied and restored`() throws {
    try expectEqualCopy([Flatten(), Dense(units: 3, name: "a"), Dense(units: 3, name: "quant_a"), ReLU()])
    try expectEqualCopy([
      Conv2D(filters: 2, kernelSize: 3, name: "c"), BatchNormalization(name: "b"), Flatten(),
      Dense(units: 3, name: "c_b"),
    ])
    try expectEqualCopy([MaxPooling2D(name: "quant_d"), Flatten(), Dense(units: 3, name: "d")])
  }

  @Test func `a layer of an outer and an inner model keeps its name beside another of that name`() throws {
    let (x, shared) = (Input([4]), Dense(units: 4))
    let inner = Sequential([shared], inputShape: [4], name: "inner")
    let float = Model(inputs: x, outputs: quantizeAnnotate(Dense(units: 3))(inner(shared(inner(x)))), seed: 1)
    let quantized = try quantizeApply(float, calibratingOn: [Models.batch([4])])
    let restored = removeQuantization(quantized)
    #expect(restored.layers.map(\.name) == ["inner", "dense", "dense_1"])
    #expect(restored(Models.batch([4])).values == float(Models.batch([4])).values)
  }

  @Test func `annotations are numbered in each model of its own`() throws {
    let inner = Sequential([Dense(units: 4), Dropout(rate: 0.5)], inputShape: [4], name: "inner")
    let annotated = try quantizeAnnotateModel(Models.sequential([Dense(units: 4), inner, ReLU()], [4]))
    #expect(annotated.layers.map(\.name) == ["quantize_annotate", "inner", "quantize_annotate_1"])
    let inside = try #require(annotated.layer("inner") as? Model)
    #expect(inside.layers.map(\.name) == ["quantize_annotate", "quantize_annotate_1"])
  }

  @Test func `a layer that a model or annotation around it freezes stays frozen`() throws {
    let (first, second, third) = (
      Dense(units: 3, name: "a"), Dense(units: 3, name: "b"), Dense(units: 3, name: "c")
    )
    let annotation = quantizeAnnotate(first)
    let inner = Sequential([quantizeAnnotate(second)], inputShape: [3], name: "inner")
    let float = Models.sequential([annotation, inner, quantizeAnnotate(third)], [4])
    (annotation.trainable, inner.trainable) = (false, false)
    (first.trainable, second.trainable) = (true, true)
    let quantized = try quantizeApply(float, calibratingOn: [Models.batch([4])])
    #expect(quantized.trainableWeights.map(\.name) == ["c/kernel", "c/bias"])
    #expect(removeQuantization(quantized).trainableWeights.map(\.name) == ["c/kernel", "c/bias"])
    quantized.layer("quant_a").trainable = true
    quantized.layer("quant_c").trainable = false
    let copy = try quantized.copied()
    #expect(copy.trainableWeights.map(\.name) == quantized.trainableWeights.map(\.name))
  }
}
