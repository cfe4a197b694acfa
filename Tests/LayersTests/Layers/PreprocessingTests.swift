import Layers
import Support
import Tensors
import TestSupport
import Testing

/// Rescaling and normalization of a model's inputs, against Keras.
@Suite struct PreprocessingTests {
  private static func fixture(_ name: String) throws -> KerasFixture {
    try KerasFixture(name, in: .module, folder: "Fixtures/preprocessing")
  }

  private static func check(_ layer: Layer, _ fixture: KerasFixture, _ name: String) throws {
    let input = try fixture.one("input").tracked()
    let output = layer(input)
    expectClose(output, try fixture.one("output"), within: 4e-6, name)
    #expect(layer(input, training: true).values == output.values)
    let gradient = (output * (try fixture.one("upstream"))).sum().gradients(of: [input])[0]
    expectClose(gradient, try fixture.one("gradient"), within: 4e-6, "gradient of \(name)")
    // What the layer states is what it computes.
    guard case .affine(let affine) = layer.semantics else {
      Issue.record("\(name) states no factor and offset")
      return
    }
    let (factors, offsets) = affine.parameters()
    let channels = output.shape.last ?? 1
    let stated = input.values.enumerated().map { index, value in
      Float(
        Double(value) * factors[index % channels % factors.count] + offsets[index % channels % offsets.count])
    }
    expectClose(Tensor(stated, shape: output.shape), output.detached(), within: 1e-5, "semantics of \(name)")
    #expect(
      layer.semanticsMistake(
        inputs: [Array(input.shape.dropFirst())], output: Array(output.shape.dropFirst())) == nil)
  }

  @Test func `rescaling computes what Keras does, for all channels or each`() throws {
    try Self.check(Rescaling(scale: 1 / 127.5, offset: -1), Self.fixture("rescaling"), "rescaling")
    let fixture = try Self.fixture("rescaling-channels")
    let layer = Rescaling(
      scale: try fixture.one("scale").values, offset: try fixture.one("offset").values)
    try Self.check(layer, fixture, "rescaling-channels")
  }

  @Test(arguments: ["image", "image-inverse", "all", "table"])
  func `normalization adapts and computes as Keras does`(_ name: String) throws {
    let fixture = try Self.fixture("normalization-\(name)")
    let layer = Normalization(axis: name == "all" ? nil : -1, invert: name == "image-inverse")
    let data = try fixture.one("data")
    layer.adapt(to: data)
    expectClose(layer.mean, try fixture.one("mean"), "mean")
    expectClose(layer.variance, try fixture.one("variance"), "variance")
    try Self.check(layer, fixture, name)
    // Where the data are cut changes the last bit at most.
    let rows = data.shape[0]
    let parts = [0..<1, 1..<rows].map { range in
      Tensor(
        Array(data.values[range.lowerBound * data.count / rows..<range.upperBound * data.count / rows]),
        shape: [range.count] + data.shape.dropFirst())
    }
    let again = Normalization(axis: layer.axis)
    again.adapt(to: parts)
    expectClose(again.mean, layer.mean, within: 1e-7, "mean of parts")
    expectClose(again.variance, layer.variance, within: 1e-7, "variance of parts")
  }

  @Test func `a given mean and variance need no weights`() throws {
    let fixture = try Self.fixture("normalization-given")
    let layer = Normalization(
      mean: try fixture.one("mean").values, variance: try fixture.one("variance").values)
    try Self.check(layer, fixture, "given")
    #expect(layer.weights.isEmpty)
    let copy = layer.copied()
    #expect(copy(try fixture.one("input")).values == layer(try fixture.one("input")).values)
  }

  @Test func `training leaves mean and variance, and a model saves them with its weights`() {
    let layer = Normalization()
    layer.adapt(to: Tensor([1, 2, 3, 6], shape: [2, 2]))
    #expect(layer.mean.values == [2, 4] && layer.variance.values == [1, 4])
    let model = Sequential([layer, Dense(units: 1)], inputShape: [2])
    #expect(model.namedWeights.map(\.path).prefix(2) == ["normalization/mean", "normalization/variance"])
    #expect(model.trainableWeights.count == 2)
    #expect("\(layer)" == "Normalization \"normalization\" each channel")
    #expect("\(Rescaling(scale: 0.5, offset: 1))" == "Rescaling \"rescaling\" ×0.5, +1.0")
  }
}
