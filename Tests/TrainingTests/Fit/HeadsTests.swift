import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// Training of models of several inputs and outputs.
@Suite struct HeadsTests {
  private static let names = [
    "loss", "size_loss", "kind_loss", "size_mean_absolute_error", "kind_accuracy",
  ]

  @Test func `two heads with weights of examples train and score as in Keras`() throws {
    let fixture = try KerasFixture("heads", in: .module, folder: "Fixtures/heads")
    let model = TwoHeads.model()
    let weights = Dictionary(uniqueKeysWithValues: model.namedWeights.map { ($0.path, $0.variable) })
    for (path, value) in fixture.named("weight:") { try #require(weights[path]).value = value }
    let trainer = TwoHeads.trainer(model)
    let after = fixture.named("after:")
    try #require(after.count == 6 * weights.count)
    func role(_ role: String, _ step: Int) -> Tensor { fixture.all(role)[step] }
    func examples(_ step: Int) -> NamedExamples {
      NamedExamples(
        inputs: ["a": role("input:a", step), "b": role("input:b", step)],
        targets: [
          "kind": .classes(role("target:kind", step).values.map { Int($0) }),
          "size": .values(role("target:size", step)),
        ], sampleWeights: ["kind": role("sample-weights:kind", step).values])
    }
    for step in 0..<6 {
      let all = examples(step).all
      let result = trainer.step(all)
      expectNear(Tensor(result.loss), role("loss", step), tolerance: 1e-5, "loss of step \(step)")
      for (name, loss) in zip(["size", "kind"], result.headLosses) {
        expectNear(Tensor(loss), role("loss:\(name)", step), tolerance: 1e-5, "\(name), step \(step)")
      }
      for (path, value) in after[step * weights.count..<(step + 1) * weights.count] {
        let ours = try #require(weights[path]).value
        expectNear(ours, value, tolerance: 2e-5, absolute: 2e-5, "step \(step), \(path)")
      }
    }
    let scores = trainer.evaluate(examples(5), batchSize: 3)
    #expect(scores.names == Self.names)
    for (name, value) in fixture.named("score:") {
      let ours = Float(try #require(scores[name]))
      expectNear(Tensor(ours), value, tolerance: 1e-5, name)
    }
  }

  @Test func `fit, its history, validation and prediction know the heads`() throws {
    let trainer = TwoHeads.trainer()
    let history = try trainer.fit(
      TwoHeads.examples(count: 60), epochs: 12, batchSize: 8,
      validation: TwoHeads.examples(count: 30, seed: 2))
    #expect(history.names == Self.names + Self.names.map { "val_\($0)" })
    let (first, last) = (history.epochs[0], history.epochs[11])
    for name in ["loss", "size_loss", "kind_loss"] {
      #expect(try #require(last.training[name]) < 0.7 * #require(first.training[name]), "\(name)")
    }
    // The total is the weighted sum, and the validation is that of `evaluate`.
    let sum = try 0.25 * #require(last.validation?["size_loss"]) + #require(last.validation?["kind_loss"])
    #expect(abs(sum - (last.validation?.loss ?? 0)) < 1e-5)
    #expect(trainer.evaluate(TwoHeads.examples(count: 30, seed: 2)) == last.validation)
    let outputs = trainer.model.predictAll(TwoHeads.examples(count: 30, seed: 2), batchSize: 7)
    #expect(outputs["kind"]?.shape == [30, 3] && outputs["size"]?.shape == [30, 2] && outputs.count == 2)
    let right = try zip(#require(outputs["kind"]).argmax(), (0..<30).map { $0 % 3 }).count { $0 == $1 }
    #expect(abs(Double(right) / 30 - (last.validation?["kind_accuracy"] ?? 0)) < 1e-6)
    #expect(last.validation?["kind_accuracy"] ?? 0 > 0.6)
  }

  @Test func `an output without a head is not trained, and one head needs no prefix`() throws {
    let model = TwoHeads.model()
    let before = model.layer("size").weights.map(\.value.values)
    let head = Head("kind", loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy])
    let trainer = TwoHeads.trainer(model, heads: [head])
    let history = try trainer.fit(TwoHeads.examples(count: 20), epochs: 1)
    #expect(history.names == ["loss", "accuracy"])
    #expect(model.layer("size").weights.map(\.value.values) == before)
  }

  @Test func `a weight of 0 trains nothing of a head`() throws {
    let model = TwoHeads.model()
    let before = model.layer("size").weights.map(\.value.values)
    let heads = [
      Head("size", loss: .meanSquaredError, weight: 0),
      Head("kind", loss: .sparseCategoricalCrossEntropy(fromLogits: true)),
    ]
    try TwoHeads.trainer(model, heads: heads).fit(TwoHeads.examples(count: 20), epochs: 1)
    #expect(model.layer("size").weights.map(\.value.values) == before)
  }

  @Test func `a training of two heads that is cut off and resumed ends the same, and so does its log`() throws
  {
    func run(_ folder: TemporaryFolder, cutAt step: Int? = nil) throws -> (weights: [[Float]], log: String) {
      let path = folder.path + "/run.safetensors"
      let trainer = TwoHeads.trainer()
      var callbacks: [any Callback] = [
        Checkpoint(path, everySteps: 1), CSVLogger(folder.path + "/log.csv", append: true),
        EarlyStopping(monitor: "val_kind_accuracy", patience: 9),
      ]
      if let step { callbacks.append(Probe.atStep(step) { _ in throw CutOff() }) }
      try trainer.fit(
        TwoHeads.examples(count: 20), epochs: 3, batchSize: 8,
        validation: TwoHeads.examples(count: 9, seed: 2).prefix(6), callbacks: callbacks,
        resumingFrom: path)
      let log = try String(contentsOfFile: folder.path + "/log.csv", encoding: .utf8)
      return (trainer.model.weights.map(\.value.values), log)
    }
    let whole = try run(TemporaryFolder())
    #expect(whole.log.contains("epoch,kind_accuracy,kind_loss,loss,size_loss,size_mean_absolute_error,val_"))
    for step in [2, 3, 4, 7, 9] {
      let folder = try TemporaryFolder()
      #expect(throws: CutOff.self) { _ = try run(folder, cutAt: step) }
      let resumed = try run(folder)
      #expect(resumed.weights == whole.weights && resumed.log == whole.log, "cut off at step \(step)")
    }
  }

  @Test func `a checkpoint of other heads or class weights is refused`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    func fit(_ heads: [Head], classWeights: [Int: Float] = [:]) throws {
      try TwoHeads.trainer(heads: heads).fit(
        TwoHeads.examples(count: 8), epochs: 1, classWeights: classWeights, callbacks: [Checkpoint(path)],
        resumingFrom: path)
    }
    try fit(TwoHeads.heads)
    try fit(TwoHeads.heads)
    let other = [Head("size", loss: .meanSquaredError, weight: 0.5), TwoHeads.heads[1]]
    let error = #expect(throws: TrainingError.self) { try fit(other) }
    #expect(
      error?.description.contains(
        "its loss is \"size: 0.25 × mean_squared_error, kind: sparse_categorical_crossentropy\", and here it is "
          + "\"size: 0.5 × mean_squared_error") == true)
  }

  @Test func `a loss that is not finite is told with its head`() throws {
    let trainer = TwoHeads.trainer()
    let before = trainer.model.weights.map(\.value.values)
    let good = TwoHeads.examples(count: 4).all
    let spoiled = NamedExamples(
      inputs: ["a": good.inputs[0].tensor, "b": good.inputs[1].tensor],
      targets: ["kind": .classes([0, 1, 2, 0]), "size": .values(.filled(.infinity, shape: [4, 2]))])
    let error = #expect(throws: TrainingError.self) { try trainer.fit(spoiled, epochs: 1) }
    #expect(error?.description.hasPrefix("the loss of the head \"size\" is inf in epoch 1, step 1") == true)
    #expect(trainer.model.weights.map(\.value.values) == before)
  }

  @Test func `one loss and named heads give the same weights, bit for bit`() throws {
    func weights(_ make: (Model) -> Trainer, _ examples: some Examples) throws -> [[Float]] {
      let model = TinyTraining.model()
      try make(model).fit(examples, epochs: 2, batchSize: 12)
      return model.weights.map(\.value.values)
    }
    let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    let plain = try weights({ Trainer($0, optimizer: Adam(), loss: loss) }, TinyTraining.validation)
    let named = NamedExamples(
      inputs: ["x": TinyTraining.validation.inputs], targets: ["dense_2": TinyTraining.validation.targets])
    #expect(
      try weights({ Trainer($0, optimizer: Adam(), heads: [Head("dense_2", loss: loss)]) }, named) == plain)
    #expect(try weights({ Trainer($0, optimizer: Adam(), loss: loss) }, named) == plain)
  }

  @Test func `a model of several inputs and one output takes the plain trainer`() throws {
    let (a, b) = (Input([4], name: "a"), Input([3], name: "b"))
    let model = Model(inputs: [b, a], outputs: Dense(units: 3)(Concatenate()([a, b])))
    let trainer = Trainer(
      model, optimizer: Adam(learningRate: 0.1), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy])
    let all = TwoHeads.examples(count: 30).all
    let examples = NamedExamples(
      inputs: ["a": all.inputs[0].tensor, "b": all.inputs[1].tensor],
      targets: ["kind": all.targets[0].targets])
    let history = try trainer.fit(examples, epochs: 10)
    #expect(history["loss"][9] < 0.5 * history["loss"][0])
    #expect(model.predict(examples).shape == [30, 3])
  }

  /// Digits of two heads, whose tensors are computed by a given number of threads.
  private struct ThreadedDigits: Examples {
    let workers: Int
    var count: Int { 256 }

    func batch(
      of indices: [Int], using generator: inout SeededGenerator
    ) -> (inputs: Tensor, targets: Targets) {
      exampleBatch(of: indices, using: &generator).single
    }

    func exampleBatch(of indices: [Int], using generator: inout SeededGenerator) -> ExampleBatch {
      let (pixels, labels) = FitTests.digits.batch(of: indices, using: &generator)
      let inputs = pixels.on(Backend(kernels: Backend.standard.kernels, workers: workers))
      return ExampleBatch(
        inputs: ["image": inputs],
        targets: ["digit": labels, "ink": .values(pixels.mean(axes: [1, 2]))],
        sampleWeights: ["digit": indices.map { Float($0 % 3) }])
    }
  }

  @Test func `the weights of two heads do not depend on the number of threads, but on the seed`() throws {
    func weights(workers: Int, seed: UInt64) throws -> [[Float]] {
      let image = Input([28, 28, 1], name: "image")
      let scaled = Normalization(axis: nil, mean: [0.2], variance: [0.1])(image)
      let trunk = Flatten()(ReLU()(Conv2D(filters: 8, kernelSize: 3)(scaled)))
      let model = Model(
        inputs: [image],
        outputs: [Dense(units: 10, name: "digit")(trunk), Dense(units: 1, name: "ink")(trunk)], seed: 1)
      let trainer = Trainer(
        model, optimizer: Adam(),
        heads: [
          Head("digit", loss: .sparseCategoricalCrossEntropy(fromLogits: true)),
          Head("ink", loss: .meanSquaredError, weight: 0.3),
        ], seed: seed)
      try trainer.fit(ThreadedDigits(workers: workers), batchSize: 128)
      return model.weights.map(\.value.values)
    }
    let first = try weights(workers: 1, seed: 1)
    let (second, third, other) = try (
      weights(workers: 2, seed: 1), weights(workers: 3, seed: 1), weights(workers: 1, seed: 2)
    )
    #expect(second == first && third == first && other != first)
  }

  @Test func `the progress bar shows the scores of each head`() throws {
    var written = ""
    let screen = ProgressScreen(
      isTerminal: false, isColored: false, columns: { 80 }, write: { written += $0 }, seconds: { 0 })
    try TwoHeads.trainer().fit(TwoHeads.examples(count: 8), callbacks: [ProgressBar(screen: screen)])
    let pattern =
      #/epoch 1/1  loss \d\.\d+  size_loss \d+\.\d+  kind_loss \d+\.\d+\n  size_mean_absolute_error \d\.\d+  kind_accuracy \d\.\d+\n/#
    #expect(written.wholeMatch(of: pattern) != nil, "\(written)")
  }
}
