import Layers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct EveryLayerTests {
  @Test(arguments: LayerCase.all) func `every layer passes the layer test`(_ subject: LayerCase) throws {
    try runLayerTest(subject)
  }

  @Test(arguments: LayerCase.all.indices) func `every layer refuses another shape than it was built for`(
    _ index: Int
  ) async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) { [index] in
      let subject = LayerCase.all[index]
      let layer = subject.make()
      _ = layer(examples(subject.inputs, batch: 2))
      _ = layer(examples(subject.inputs.map { $0.dropLast() + [9] }, batch: 2))
    }
    let subject = LayerCase.all[index]
    let built = subject.inputs.map { "\($0)" }.joined(separator: " and ")
    let other = subject.inputs.map { "\($0.dropLast() + [9])" }.joined(separator: " and ")
    let message = "was built for examples of shape \(built) and is now called with \(other)"
    #expect(standardError(of: result).contains("\(subject.name) ("))
    #expect(standardError(of: result).contains(message), "\(standardError(of: result).prefix(300))")
  }
}

/// Checks one layer for the properties of every layer.
func runLayerTest(_ subject: LayerCase) throws {
  try checkLifecycle(subject)
  checkDeterminism(subject)
  checkGradients(subject)
  checkInModel(subject)
  try checkCopy(subject)
  if let fixture = subject.fixture {
    try checkFixture(subject, KerasFixture(fixture, in: .module, folder: subject.folder))
  }
}

/// Random values at least 0.05 from every whole number, where a function may have a corner.
func examples(_ shapes: [[Int]], batch: Int, seed: UInt64 = 1) -> [Tensor] {
  var generator = SeededGenerator(seed: seed)
  return shapes.map { shape in
    let values = (0..<(shape.reduce(batch, *))).map { _ in
      var value = generator.uniform(-2, 2)
      while abs(value - value.rounded()) < 0.05 { value = generator.uniform(-2, 2) }
      return value
    }
    return Tensor(values, shape: [batch] + shape)
  }
}

/// The lifecycle: init, build on the first call, weights and shapes, a second call with another batch.
private func checkLifecycle(_ subject: LayerCase) throws {
  let layer = subject.make()
  #expect(layer.name == subject.name)
  #expect(!layer.isBuilt && layer.weights.isEmpty, "weights come with the first call")
  #expect(layer(examples(subject.inputs, batch: 2)).shape == [2] + subject.output)
  #expect(layer.isBuilt && layer.inputShapes == subject.inputs)
  #expect(layer.namedWeights.map(\.path) == subject.weights.map(\.name))
  #expect(layer.weights.map(\.shape) == subject.weights.map(\.shape))
  let fixed = subject.weights.filter { LayerCase.fixed.contains($0.name) }
  #expect(layer.nonTrainableWeights.count == fixed.count)
  #expect(layer.trainableWeights.count == subject.weights.count - fixed.count)
  let built = layer.weights
  #expect(layer(examples(subject.inputs, batch: 3), training: true).shape == [3] + subject.output)
  #expect(zip(built, layer.weights).allSatisfy { $0 === $1 }, "build runs once")
  layer.trainable = false
  #expect(layer.trainableWeights.isEmpty && layer.nonTrainableWeights.count == subject.weights.count)
}

/// Equal names give equal numbers; training differs from inference only in layers that say so.
private func checkDeterminism(_ subject: LayerCase) {
  let (layer, twin) = (subject.make(), subject.make())
  let inputs = examples(subject.inputs, batch: 4)
  let result = layer(inputs).values
  #expect(twin(inputs).values == result && layer(inputs).values == result)
  #expect(layer.weights.map(\.value.values) == twin.weights.map(\.value.values))
  let trained = layer(inputs, training: true).values
  #expect(trained == twin(inputs, training: true).values)
  let differs = layer is BatchNormalization || layer is Dropout
  #expect((trained != result) == differs, "training and inference")
}

/// The gradients of inputs and weights equal central differences of Σ results × weighting.
///
/// With a step of 1/128, differences err by some 1e-5 of the third derivative and 1e-4 of rounding.
private func checkGradients(_ subject: LayerCase) {
  let layer = subject.make()
  let inputs = examples(subject.inputs, batch: 2, seed: 3)
  let training = layer is BatchNormalization
  var generator = SeededGenerator(seed: 5)
  let weighting = Tensor.uniform(-1, 1, shape: [2] + subject.output, using: &generator)
  func loss(_ inputs: [Tensor]) -> Tensor { (layer(inputs, training: training) * weighting).sum() }
  func slope(_ tensor: Tensor, _ element: Int, _ loss: (Tensor) -> Float) -> Float {
    var values = tensor.values
    let center = values[element]
    values[element] = center + 1 / 128
    let above = loss(Tensor(values, shape: tensor.shape))
    values[element] = center - 1 / 128
    return (above - loss(Tensor(values, shape: tensor.shape))) * 64
  }
  _ = loss(inputs)
  for (index, input) in inputs.enumerated() {
    let tracked = inputs.map { $0.tracked() }
    let gradient = loss(tracked).gradients(of: [tracked[index]])[0].values
    for element in generator.permutation(input.count).prefix(12) {
      let expected = slope(input, element) { changed in
        var inputs = inputs
        inputs[index] = changed
        return loss(inputs).scalar
      }
      #expect(abs(gradient[element] - expected) < 3e-3, "input \(index), element \(element)")
    }
  }
  for weight in layer.trainableWeights {
    let gradient = loss(inputs).gradients(of: [weight])[0].values
    let original = weight.value
    for element in generator.permutation(original.count).prefix(12) {
      let expected = slope(original.detached(), element) { changed in
        weight.value = changed
        return loss(inputs).scalar
      }
      #expect(abs(gradient[element] - expected) < 3e-3, "\(weight.name), element \(element)")
    }
    weight.value = original
  }
}

/// A model of this layer alone computes the same as the layer.
private func checkInModel(_ subject: LayerCase) {
  let layer = subject.make()
  let inputs = subject.inputs.map { Input($0) }
  let model = Model(inputs: inputs, outputs: layer(inputs))
  #expect(layer.isBuilt && model.nodes.last?.outputShape == subject.output)
  let batch = examples(subject.inputs, batch: 2)
  #expect(model(batch).values == layer(batch).values)
  #expect(model.weights.count == subject.weights.count)
}

/// A copy is unbuilt; with the same values it computes the same, and its weights are separate.
private func checkCopy(_ subject: LayerCase) throws {
  let layer = subject.make()
  let inputs = examples(subject.inputs, batch: 3)
  _ = layer(inputs, training: true)
  for weight in layer.weights { weight.value = weight.value * 1.5 }
  layer.trainable = false
  let copy = try layer.copied()
  #expect(copy.isBuilt == (copy is Model) && copy.name == layer.name && type(of: copy) == type(of: layer))
  copy.buildOnce(inputShapes: subject.inputs)
  copy.copyWeights(from: layer)
  #expect(copy(inputs).values == layer(inputs).values)
  #expect(zip(copy.weights, layer.weights).allSatisfy { $0 !== $1 })
}

/// Outputs, gradients and statistics equal tf_keras's to float tolerance.
private func checkFixture(_ subject: LayerCase, _ fixture: KerasFixture) throws {
  let layer = subject.make()
  let inputs = fixture.all("input").map { $0.tracked() }
  layer.buildOnce(inputShapes: subject.inputs)
  for (name, value) in fixture.named("weight:") { layer.weight(name).value = value }
  for batch in fixture.all("step") { _ = layer(batch, training: true) }
  let after = fixture.named("after:")
  let output = layer(inputs, training: !after.isEmpty)
  expectClose(output, try #require(fixture.all("output").first), "output")
  let upstream = try #require(fixture.all("upstream").first)
  let weights = layer.trainableWeights
  let gradients = (output * upstream).sum().gradients(of: inputs + weights.map(\.value))
  let expected = fixture.named("gradient:")
  #expect(expected.count == gradients.count)
  for (ours, theirs) in zip(gradients, expected) {
    expectClose(ours, theirs.tensor, within: 1e-5, "gradient of \(theirs.name)")
  }
  for (name, value) in after { expectClose(layer.weight(name).value, value, "\(name) after training") }
  if let inference = fixture.all("inference").first { expectClose(layer(inputs), inference, "inference") }
}
