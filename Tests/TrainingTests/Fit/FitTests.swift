import Datasets
import Layers
import Support
import Tensors
import Testing
import Training

/// What `fit` trains, counts and repeats.
@Suite struct FitTests {
  /// A trainer of a small network on digits, the same on every call.
  static func trainer(seed: UInt64 = 1) -> Trainer {
    let model = Sequential(
      [
        Flatten(), Dense(units: 16), BatchNormalization(), ReLU(), Dropout(rate: 0.2), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    return Trainer(
      model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy], seed: seed)
  }

  static let digits = Digits.generated(count: 300, seed: 1)

  @Test func `a trained network reads digits`() throws {
    let trainer = Self.trainer()
    let before = trainer.evaluate(Self.digits)
    let history = try trainer.fit(Self.digits, epochs: 16, batchSize: 32, validation: Self.digits)
    let after = trainer.evaluate(Self.digits)
    #expect(history.epochs.count == 16)
    #expect(history["val_loss"].last == after.loss)
    #expect(after.loss < before.loss / 2)
    #expect(after.accuracy ?? 0 > 0.7)
  }

  @Test func `the same seed gives the same weights`() throws {
    let (first, second, other) = (Self.trainer(), Self.trainer(), Self.trainer(seed: 2))
    for trainer in [first, second, other] { try trainer.fit(Self.digits, epochs: 2) }
    let weights = [first, second, other].map { $0.model.weights.map(\.value.values) }
    #expect(weights[0] == weights[1])
    #expect(weights[0] != weights[2])
  }

  /// Examples whose tensors are computed by a given number of threads.
  private struct ThreadedDigits: Examples {
    let workers: Int
    var count: Int { 256 }

    func batch(
      of indices: [Int], using generator: inout SeededGenerator
    ) -> (inputs: Tensor, targets: Targets) {
      let (inputs, targets) = FitTests.digits.batch(of: indices, using: &generator)
      return (inputs.on(Backend(kernels: Backend.standard.kernels, workers: workers)), targets)
    }
  }

  @Test func `the weights do not depend on the number of threads`() throws {
    let weights = try [1, 2, 3].map { workers in
      let trainer = Self.trainer()
      try trainer.fit(ThreadedDigits(workers: workers), batchSize: 128)
      return trainer.model.weights.map(\.value.values)
    }
    let areSame = weights.allSatisfy { $0 == weights[0] }
    #expect(areSame)
  }

  /// A trainer at learning rate 0 of a model with one weight, so that only the order of the examples matters.
  private static func still(
    metrics: [Metric] = [], seed: UInt64 = 0, loss: Loss = .meanSquaredError
  ) -> Trainer {
    let model = Sequential([Dense(units: 1)], inputShape: [1])
    return Trainer(model, optimizer: SGD(learningRate: 0), loss: loss, metrics: metrics, seed: seed)
  }

  @Test func `every epoch takes every example once, in an order of its own`() throws {
    let examples = SpyExamples(count: 10)
    try Self.still().fit(examples, epochs: 3, batchSize: 4)
    #expect(examples.batches.map(\.count) == [4, 4, 2, 4, 4, 2, 4, 4, 2])
    let orders = (0..<3).map { Array(examples.batches[3 * $0..<3 * $0 + 3].joined()) }
    for order in orders { #expect(order.sorted() == Array(0..<10)) }
    #expect(Set(orders).count == 3)
  }

  @Test func `the order of the examples depends on seed and epoch alone`() throws {
    func order(seed: UInt64, batchSize: Int) throws -> [Int] {
      let examples = SpyExamples(count: 10)
      try Self.still(seed: seed).fit(examples, epochs: 2, batchSize: batchSize)
      return Array(examples.batches.joined())
    }
    #expect(try order(seed: 1, batchSize: 4) == order(seed: 1, batchSize: 3))
    #expect(try order(seed: 1, batchSize: 4) != order(seed: 2, batchSize: 4))
  }

  @Test func `a second fit continues with the orders of the next epochs`() throws {
    let (once, twice) = (SpyExamples(count: 9), SpyExamples(count: 9))
    let trainer = Self.still()
    try Self.still().fit(once, epochs: 3)
    #expect(try trainer.fit(twice, epochs: 1).epochs.map(\.number) == [1])
    #expect(try trainer.fit(twice, epochs: 2).epochs.map(\.number) == [1, 2])
    #expect(twice.batches == once.batches)
    #expect(trainer.epochsTrained == 3)
  }

  @Test func `evaluation and prediction take the examples in their order`() {
    let examples = SpyExamples(count: 7)
    let trainer = Self.still()
    let predicted = trainer.model.predict(examples, batchSize: 3)
    #expect(examples.batches == [[0, 1, 2], [3, 4, 5], [6]])
    #expect(predicted.shape == [7, 1])
    let kernel = trainer.model.layer("dense").weight("kernel").value.scalar
    #expect(predicted.values == (0..<7).map { Float($0) * kernel })
    _ = trainer.evaluate(examples, batchSize: 7)
    #expect(examples.batches.last == Array(0..<7))
  }

  @Test func `scores weigh every example the same, also in a smaller batch`() throws {
    // The targets are 0 … 9, in batches of 4, 4 and 2: their mean is 4.5.
    let mean = Metric("mean_target") { _, targets in
      guard case .values(let tensor) = targets else { return .nan }
      return tensor.mean().scalar
    }
    let trainer = Self.still(metrics: [mean])
    let history = try trainer.fit(SpyExamples(count: 10), batchSize: 4, validation: SpyExamples(count: 10))
    #expect(abs((history["mean_target"].first ?? 0) - 4.5) < 1e-6)
    #expect(trainer.evaluate(SpyExamples(count: 10), batchSize: 4)["mean_target"] == 4.5)
    // The weights stand still, so the mean while training is that of an evaluation, but for rounding.
    let (loss, after) = (history.epochs[0].training.loss, history.epochs[0].validation?.loss ?? 0)
    #expect(abs(loss - after) < 1e-6 * after)
    #expect(history.names == ["loss", "mean_target", "val_loss", "val_mean_target"])
    #expect(history.table.columns == ["epoch"] + history.names)
    #expect(history.table.rows[0].count == 5)
  }

  @Test func `validation scores the weights at the end of the epoch`() throws {
    let trainer = TinyTraining.trainer(.adam)
    let probe = Probe()
    var scores: [Scores?] = []
    probe.onEpochEnd = { run in
      #expect(run.history.epochs.last?.validation == run.trainer.evaluate(TinyTraining.validation))
      scores.append(run.history.epochs.last?.validation)
    }
    try trainer.fit(
      TinyTraining.examples, epochs: 3, batchSize: 12, validation: TinyTraining.validation, callbacks: [probe]
    )
    #expect(Set(scores).count == 3)
  }

  @Test func `a fit of no epochs changes nothing`() throws {
    let trainer = TinyTraining.trainer(.adam)
    let before = trainer.model.weights.map(\.value.values)
    let history = try trainer.fit(TinyTraining.examples, epochs: 0)
    #expect(
      history.epochs.isEmpty && !history.wasInterrupted && history.names == [] && history.table.rows.isEmpty)
    #expect(trainer.model.weights.map(\.value.values) == before)
    #expect(trainer.optimizer.step == 0)
  }

  @Test func `a layer that is not trainable keeps its weights`() throws {
    let trainer = TinyTraining.trainer(.adam)
    func values(_ name: String) -> [[Float]] { trainer.model.layer(name).weights.map(\.value.values) }
    let (frozen, normalization) = (values("dense"), values("batch_normalization"))
    trainer.model.layer("dense").trainable = false
    trainer.model.layer("batch_normalization").trainable = false
    let free = values("dense_1")
    try trainer.fit(TinyTraining.examples, epochs: 1)
    #expect(values("dense") == frozen && values("batch_normalization") == normalization)
    #expect(values("dense_1") != free)
  }

  @Test(arguments: [Float.nan, .infinity])
  func `a loss that is not finite ends the training and changes no weight`(_ bad: Float)
    throws
  {
    let trainer = TinyTraining.trainer(.adam)
    var values = TensorExamples.random(count: 24, seed: 1).inputs.values
    let good = TensorExamples(
      inputs: Tensor(values, shape: [24, 4]), targets: .classes((0..<24).map { $0 % 3 }))
    try trainer.fit(good, epochs: 1, batchSize: 24)
    let before = trainer.model.weights.map(\.value.values)
    values[0] = bad
    let spoiled = TensorExamples(inputs: Tensor(values, shape: [24, 4]), targets: good.targets)
    let probe = Probe()
    var failures = 0
    probe.onFailure = { _ in failures += 1 }
    let error = #expect(throws: TrainingError.self) {
      try trainer.fit(spoiled, epochs: 2, batchSize: 24, callbacks: [probe])
    }
    let text = error?.description ?? ""
    #expect(
      text.hasPrefix("the loss is NaN in epoch 1, step 1, so the training stops; the weights are those"))
    #expect(trainer.model.weights.map(\.value.values) == before)
    #expect(trainer.optimizer.step == 1)
    #expect(failures == 1)
  }

  @Test func `a loss of NaN in the very first batch leaves the statistics as they were built`() {
    let model = Sequential([Dense(units: 2), BatchNormalization()])
    let trainer = Trainer(model, optimizer: SGD(), loss: .meanSquaredError)
    let (loss, _) = trainer.step(
      inputs: Tensor([.nan, 1], shape: [2, 1]), targets: .values(.zeros([2, 2])))
    #expect(loss.isNaN)
    // Means of 0 and variances of 1, as Keras builds them.
    #expect(model.nonTrainableWeights.map(\.value.values) == [[0, 0], [1, 1]])
  }

  @Test func `scores print their names and values`() {
    let scores = Scores(names: ["loss", "accuracy"], values: [0.05123, 0.98])
    #expect("\(scores)" == "loss 0.0512  accuracy 0.9800")
    #expect("\(Scores(names: ["loss"], values: [0.000_123_456]))" == "loss 0.0001235")
    #expect(scores.accuracy == 0.98 && scores["recall"] == nil)
  }

  @Test func `a history prints a table of its epochs`() throws {
    let metric = Metric("accuracy") { _, _ in 0.5 }
    let trainer = Self.still(metrics: [metric], loss: Loss("loss") { _, _ in Tensor(0.25) })
    #expect("\(try trainer.fit(SpyExamples(count: 4), epochs: 0))" == "no finished epoch")
    let history = try trainer.fit(SpyExamples(count: 4), epochs: 2, validation: SpyExamples(count: 4))
    #expect(
      "\(history)" == """
        epoch  loss  accuracy  val_loss  val_accuracy
        ─────  ────  ────────  ────────  ────────────
            1  0.25       0.5      0.25           0.5
            2  0.25       0.5      0.25           0.5
        """)
  }
}
