import Layers
import Support
import Tensors

/// A model with what it takes to train it: Keras's `compile`.
///
///     let trainer = Trainer(
///       model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
///       metrics: [.accuracy])
///     let history = try trainer.fit(digits, epochs: 3, batchSize: 128)
///     print(trainer.evaluate(test).loss)
///
/// The same seed, model and examples give the same weights, bit for bit. A trainer belongs to one task.
public final class Trainer {
  /// The model.
  public let model: Model
  /// What changes the weights.
  public let optimizer: Optimizer
  /// What is to become small.
  public let loss: Loss
  /// What else is measured.
  public let metrics: [Metric]
  /// What orders the examples and changes them at random.
  public let seed: UInt64
  /// The epochs finished since the trainer was made: no two have the same order.
  public internal(set) var epochsTrained = 0

  /// Puts the parts together; names of metrics differ, and none is "loss" or begins with "val_".
  public init(
    _ model: Model, optimizer: Optimizer, loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0
  ) {
    let names = metrics.map(\.name)
    require(
      Set(["loss"] + names).count == 1 + names.count && !names.contains { $0.hasPrefix("val_") },
      "the names of metrics differ, and none is \"loss\" or begins with \"val_\"; got \(names)")
    (self.model, self.optimizer, self.loss) = (model, optimizer, loss)
    (self.metrics, self.seed) = (metrics, seed)
  }

  /// Takes one step: the model's outputs, the loss, its gradients, new weights.
  ///
  /// Inputs: `[batch, …]`. If the loss is infinite or not a number, all weights stay, moving statistics
  /// included.
  @discardableResult
  public func step(inputs: Tensor, targets: Targets) -> (loss: Float, outputs: Tensor) {
    // Before the statistics are listed: an unbuilt model has none yet.
    if !model.isBuilt { model.buildOnce(inputShape: Array(inputs.shape.dropFirst())) }
    let statistics = model.nonTrainableWeights.map { (variable: $0, value: $0.value) }
    let outputs = model(inputs, training: true)
    let loss = loss(outputs, targets)
    let value = loss.scalar
    if value.isFinite {
      let weights = model.trainableWeights
      optimizer.apply(loss.gradients(of: weights), to: weights)
    } else {
      for (variable, value) in statistics { variable.value = value }
    }
    return (value, outputs.detached())
  }

  /// The loss and the metrics over some examples; nothing changes.
  public func evaluate(_ examples: some Examples, batchSize: Int = 256) -> Scores {
    score(examples, batchSize: batchSize) { true }.scores
  }

  /// The same, but only as long as `goesOn` says so before each batch; and whether all examples were scored.
  func score(
    _ examples: some Examples, batchSize: Int = 256, while goesOn: () -> Bool
  ) -> (scores: Scores, isWhole: Bool) {
    var running = RunningScores(metrics: metrics)
    let isWhole = forEachBatch(of: examples, batchSize, while: goesOn) { inputs, targets in
      let outputs = model(inputs)
      running.add(
        loss: loss(outputs, targets).scalar, metrics: metrics.map { $0(outputs, targets) },
        examples: targets.count)
    }
    return (running.scores, isWhole)
  }

  /// The model's outputs for some examples, in their order: `[count, …]`.
  public func predict(_ examples: some Examples, batchSize: Int = 256) -> Tensor {
    var parts: [Tensor] = []
    forEachBatch(of: examples, batchSize) { inputs, _ in parts.append(model(inputs).detached()) }
    return parts.count == 1 ? parts[0] : Tensor.concatenated(parts, axis: 0)
  }

  /// Goes through the batches as long as it may; false if that was not to the end.
  @discardableResult
  private func forEachBatch(
    of examples: some Examples, _ batchSize: Int, while goesOn: () -> Bool = { true },
    _ body: (_ inputs: Tensor, _ targets: Targets) -> Void
  ) -> Bool {
    require(examples.count > 0, "there are no examples to go through: give at least one")
    require(batchSize > 0, "a batch needs at least one example; got a batch size of \(batchSize)")
    var generator = SeededGenerator(seed: seed).derived("evaluation")
    for first in stride(from: 0, to: examples.count, by: batchSize) {
      guard goesOn() else { return false }
      let places = Array(first..<min(first + batchSize, examples.count))
      let (inputs, targets) = examples.batch(of: places, using: &generator)
      body(inputs, targets)
    }
    return true
  }
}
