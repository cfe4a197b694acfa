import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// Weights of examples and of classes in the loss, against Keras.
@Suite struct WeightsTests {
  private static func loss(_ name: String) -> Loss {
    switch name {
    case "sparse-logits": .sparseCategoricalCrossEntropy(fromLogits: true)
    case "sparse-probabilities": .sparseCategoricalCrossEntropy()
    case "categorical-logits": .categoricalCrossEntropy(fromLogits: true)
    case "categorical-probabilities": .categoricalCrossEntropy()
    default: .meanSquaredError
    }
  }

  /// A layer that gives its weight as the output of every batch, so that a step of 1 shows the gradient.
  private final class Outputs: Layer {
    private let value: Tensor
    init(_ value: Tensor) {
      self.value = value
      super.init(name: "outputs")
    }
    override func build(inputShape: [Int]) {
      addWeight("value", shape: value.shape, initializer: .zeros).value = value
    }
    override func call(_ inputs: Tensor, training: Bool) -> Tensor { weight("value").value }
  }

  @Test(arguments: [
    "sparse-logits", "sparse-probabilities", "categorical-logits", "categorical-probabilities",
    "mean-squared", "mean-squared-image",
  ]) func `the weighted losses and their gradients equal those of Keras`(_ name: String) throws {
    let fixture = try KerasFixture("weighted-\(name)", in: .module, folder: "Fixtures/heads")
    let (outputs, target) = (try fixture.one("output"), try fixture.one("target"))
    let targets: Targets =
      name.hasPrefix("sparse") ? .classes(target.values.map { Int($0) }) : .values(target)
    let layer = Outputs(outputs)
    let trainer = Trainer(
      Sequential([layer], inputShape: [1]), optimizer: SGD(learningRate: 1), loss: Self.loss(name))
    layer.weight("value").value = outputs
    let batch = ExampleBatch(
      inputs: .zeros([6, 1]), targets: targets, sampleWeights: try fixture.one("weights").values)
    expectNear(Tensor(trainer.step(batch).loss), try fixture.one("loss"), tolerance: 4e-6, name)
    let moved = outputs - layer.weight("value").value
    expectNear(moved.detached(), try fixture.one("gradient"), tolerance: 1e-4, absolute: 2e-6, name)
  }

  /// The dense layer and the examples of the fixture `class-weights`.
  private static func training(_ fixture: KerasFixture, _ loss: Loss) throws -> Trainer {
    let model = Sequential([Dense(units: 3)], inputShape: [4])
    for (name, value) in fixture.named("weight:") { model.layer("dense").weight(name).value = value }
    return Trainer(model, optimizer: SGD(learningRate: 0.1), loss: loss, metrics: [.accuracy])
  }

  @Test func `class weights train as in Keras, and validate without`() throws {
    let fixture = try KerasFixture("class-weights", in: .module, folder: "Fixtures/heads")
    let labels = try fixture.one("target").values.map { Int($0) }
    let examples = TensorExamples(inputs: try fixture.one("input"), targets: .classes(labels))
    let sparse = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    let weights: [Int: Float] = [0: 0.5, 2: 3]

    let trainer = try Self.training(fixture, sparse)
    let history = try trainer.fit(examples, batchSize: 6, validation: examples, classWeights: weights)
    let loss = Tensor(Float(history["loss"][0]))
    expectNear(loss, try fixture.one("loss-classes"), tolerance: 1e-5, "classes")
    for (name, value) in fixture.named("after:") {
      expectNear(
        trainer.model.layer("dense").weight(name).value, value, tolerance: 1e-5, absolute: 1e-6, name)
    }
    #expect(history["val_loss"][0] == trainer.evaluate(examples).loss)
    #expect(history["val_loss"][0] != trainer.evaluate(examples.weighted(byClass: weights)).loss)

    let oneHot = TensorExamples(
      inputs: examples.inputs, targets: .values(try fixture.one("one-hot")))
    let dense = try Self.training(fixture, .categoricalCrossEntropy(fromLogits: true))
    let second = try dense.fit(oneHot, batchSize: 6, classWeights: weights)
    expectNear(Tensor(Float(second["loss"][0])), try fixture.one("loss-one-hot"), tolerance: 1e-5, "one-hot")

    let both = try Self.training(fixture, sparse)
    let own = try fixture.one("sample-weights").values
    let third = try both.fit(examples.weighted(by: own), batchSize: 6, classWeights: weights)
    expectNear(Tensor(Float(third["loss"][0])), try fixture.one("loss-both"), tolerance: 1e-5, "both")
  }

  @Test func `a checkpoint of other class weights is refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    func fit(_ weights: [Int: Float]) throws {
      try TinyTraining.trainer(.adam).fit(
        TinyTraining.validation, epochs: 1, classWeights: weights, callbacks: [Checkpoint(path)],
        resumingFrom: path)
    }
    try fit([2: 0.5, 0: 2])
    try fit([0: 2, 2: 0.5])
    let other = #expect(throws: TrainingError.self) { try fit([0: 2]) }
    #expect(
      other?.description.contains(
        "its class weights are \"0: 2.0, 2: 0.5\", and here it is \"0: 2.0\"") == true)
    let none = #expect(throws: TrainingError.self) { try fit([:]) }
    #expect(
      none?.description.contains("its class weights are \"0: 2.0, 2: 0.5\", and here it is none") == true)
  }

  @Test func `weights follow their examples through shuffling, prefixes and heads`() throws {
    var generator = SeededGenerator(seed: 0)
    let examples = TwoHeads.examples(count: 6)
    let weighted = examples.weighted(by: [0, 1, 2, 3, 4, 5], for: "size").weighted(
      byClass: [1: 10], for: "kind")
    let batch = weighted.prefix(5).exampleBatch(of: [4, 1, 0], using: &generator)
    #expect(batch.targets.map(\.name) == ["kind", "size"])
    #expect(batch.targets[0].weights == [10, 10, 1] && batch.targets[1].weights == [4, 1, 0])
    let twice = weighted.weighted(by: [2, 2, 2, 2, 2, 2], for: "size")
    #expect(twice.exampleBatch(of: [3], using: &generator).targets[1].weights == [6])
  }

  @Test func `equal weights change nothing, and a weight of 0 leaves an example out`() throws {
    func trained(_ examples: some Examples, rate: Float = 0.1) throws -> [[Float]] {
      let model = Sequential([Dense(units: 3)], inputShape: [4], seed: 2)
      let trainer = Trainer(
        model, optimizer: SGD(learningRate: .constant(rate)),
        loss: .sparseCategoricalCrossEntropy(fromLogits: true))
      try trainer.fit(examples, batchSize: 10)
      return model.weights.map(\.value.values)
    }
    let all = TensorExamples.random(count: 10, seed: 1)
    let ones = try trained(all.weighted(by: Array(repeating: 1, count: 10)))
    for (ours, plain) in zip(ones.joined(), try trained(all).joined()) { #expect(abs(ours - plain) < 1e-6) }
    // Half of the examples, and the sum is divided by all.
    let half = try trained(all.weighted(by: (0..<10).map { $0 < 5 ? 1 : 0 }))
    for (ours, plain) in zip(half.joined(), try trained(all.prefix(5), rate: 0.05).joined()) {
      #expect(abs(ours - plain) < 1e-6)
    }
  }

  @Test func `a loss of each example can be weighted`() {
    let loss = Loss.perExample("sum") { outputs, _ in outputs.sum(axes: [1]) }
    let trainer = Trainer(
      Sequential([Flatten()], inputShape: [2]), optimizer: SGD(), loss: loss)
    let examples = TensorExamples(
      inputs: Tensor([1, 2, 3, 4], shape: [2, 2]), targets: .classes([0, 0]))
    #expect(trainer.evaluate(examples).loss == 5)
    #expect(trainer.evaluate(examples.weighted(by: [1, 10])).loss == 36.5)
  }
}
