import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// When a training that no longer improves ends, and with which weights.
@Suite struct EarlyStoppingTests {
  /// Trains with a metric that takes the given values, epoch by epoch, and a single weight that counts the
  /// epochs.
  private static func run(
    _ values: [Float], name: String = "score", _ stopping: EarlyStopping
  ) throws -> (epochs: Int, weight: Float) {
    var epoch = -1
    let metric = Metric(name) { _, _ in values[max(epoch, 0)] }
    let model = Sequential([Dense(units: 1, useBias: false, kernelInitializer: .zeros)], inputShape: [1])
    // The loss is −weight · 1, so a step at rate 1 adds 1.
    let loss = Loss("descent") { outputs, _ in -outputs.mean() }
    let trainer = Trainer(model, optimizer: SGD(learningRate: 1), loss: loss, metrics: [metric])
    let probe = Probe()
    probe.onEpochBegin = { _ in epoch += 1 }
    let one = TensorExamples(inputs: Tensor([1], shape: [1, 1]), targets: .classes([0]))
    // The metric of an epoch is taken after `onEpochBegin`, so it is values[epoch].
    let history = try trainer.fit(one, epochs: values.count, callbacks: [probe, stopping])
    return (history.epochs.count, model.weights[0].value.scalar)
  }

  @Test(arguments: (0..<5).map { "early-stopping-\($0)" } + ["early-stopping-delta"])
  func `early stopping waits as long as in Keras, and restores the same weights`(_ name: String) throws {
    let fixture = try KerasFixture(name, in: .module)
    let values = try fixture.one("values").values
    let stopping = EarlyStopping(
      monitor: "score", patience: Int(try fixture.one("patience").scalar),
      minimumDelta: Double(try fixture.one("minimum-delta").scalar), restoringBestWeights: true)
    let (epochs, weight) = try Self.run(values, stopping)
    let stopped = Int(try fixture.one("stopped").scalar)
    #expect(epochs == (stopped > 0 ? stopped : values.count))
    #expect(try weight == fixture.one("best").scalar)
  }

  @Test func `early stopping takes a larger accuracy for better`() throws {
    let stopping = EarlyStopping(monitor: "top_2_accuracy", patience: 2)
    let (epochs, weight) = try Self.run([0.1, 0.2, 0.3, 0.2, 0.3, 0.9], name: "top_2_accuracy", stopping)
    #expect(epochs == 5 && weight == 5)
  }

  @Test func `early stopping takes NaN for worse than any number`() throws {
    let stopping = EarlyStopping(monitor: "score", patience: 2, restoringBestWeights: true)
    let (epochs, weight) = try Self.run([.nan, 3, .nan, .nan, 1], stopping)
    #expect(epochs == 4 && weight == 2)
  }

  @Test func `early stopping forgets the best weights of an earlier training`() throws {
    let stopping = EarlyStopping(monitor: "loss", restoringBestWeights: true)
    let (first, second) = (TinyTraining.trainer(.adam), TinyTraining.trainer(.momentum))
    try first.fit(TinyTraining.examples, callbacks: [stopping])
    let before = second.model.weights.map(\.value.values)
    try second.fit(TinyTraining.examples, epochs: 0, callbacks: [stopping])
    #expect(second.model.weights.map(\.value.values) == before)
  }

  @Test func `early stopping keeps the last weights unless asked to restore the best`() throws {
    let (epochs, weight) = try Self.run([1, 2, 3], EarlyStopping(monitor: "score"))
    #expect(epochs == 2 && weight == 2)
  }
}
