import Layers
import Support
import Tensors

/// A model together with its optimizer, loss and metrics, as in Keras's `compile`.
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
  /// The optimizer, which updates the weights.
  public let optimizer: Optimizer
  /// The loss to minimise.
  public let loss: Loss
  /// The metrics to report beside the loss.
  public let metrics: [Metric]
  /// The seed of shuffling and augmentation.
  public let seed: UInt64
  /// The number of epochs finished since the trainer was created; each has its own order of examples.
  public internal(set) var epochsTrained = 0

  /// Creates a trainer.
  ///
  /// - Parameters:
  ///   - model: The model to train.
  ///   - optimizer: The optimizer, which belongs to this model alone.
  ///   - loss: The loss to minimise.
  ///   - metrics: The metrics to report; their names are distinct, and none is "loss" or begins with "val_".
  ///   - seed: The seed of shuffling and augmentation.
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

  /// Takes one step: computes the outputs, the loss and its gradients, and updates the weights.
  ///
  /// Inputs: `[batch, …]`. If the loss is infinite or NaN, all weights keep their values, including moving
  /// statistics.
  @discardableResult
  public func step(inputs: Tensor, targets: Targets) -> (loss: Float, outputs: Tensor) {
    // The model is built before its statistics are listed: an unbuilt model has none.
    if !model.isBuilt { model.buildOnce(inputShape: Array(inputs.shape.dropFirst())) }
    let statistics = model.nonTrainableWeights.map { (variable: $0, value: $0.value) }
    let outputs = model(inputs, training: true)
    let loss = loss(outputs, targets)
    let value = loss.scalar
    if value.isFinite {
      let weights = model.trainableWeights
      optimizer.apply(loss.gradients(of: weights), to: weights)
      model.weightsChanged()
    } else {
      for (variable, value) in statistics { variable.value = value }
    }
    return (value, outputs.detached())
  }

  /// The loss and the metrics over the given examples.
  ///
  /// Nothing changes.
  public func evaluate(_ examples: some Examples, batchSize: Int = 256) -> Scores {
    score(examples, batchSize: batchSize) { true }.scores
  }

  /// The scores of the batches before which `goesOn` was true, and whether all examples were scored.
  func score(
    _ examples: some Examples, batchSize: Int = 256, while goesOn: () -> Bool
  ) -> (scores: Scores, isWhole: Bool) {
    var running = RunningScores(metrics: metrics)
    var generator = SeededGenerator(seed: seed).derived("evaluation")
    let isWhole = examples.forEachBatch(of: batchSize, using: &generator, while: goesOn) { inputs, targets in
      let outputs = model(inputs)
      running.add(
        loss: loss(outputs, targets).scalar, metrics: metrics.map { $0(outputs, targets) },
        examples: targets.count)
    }
    return (running.scores, isWhole)
  }

  /// The model's outputs for the given examples; use the model's own method, which needs no trainer.
  @available(*, deprecated, message: "call predict(_:batchSize:) of the model, which needs no trainer")
  public func predict(_ examples: some Examples, batchSize: Int = 256) -> Tensor {
    model.predict(examples, batchSize: batchSize, seed: seed)
  }
}
