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
/// A model of several outputs has a ``Head`` for each output that is trained.
///
/// The same seed, model and examples give the same weights, bit for bit. A trainer belongs to one task.
///
/// Networks of convolutions of 3 × 3 with many channels train faster with `convolutions: .winograd`, where the processor
/// has AVX2 and FMA or AVX-512; see `ConvolutionAlgorithm`.
public final class Trainer {
  /// The model.
  public let model: Model
  /// The optimizer, which updates the weights.
  public let optimizer: Optimizer
  /// What each output is trained for; one head without a name if the trainer was made with one loss.
  public let heads: [Head]
  /// The seed of shuffling and augmentation.
  public let seed: UInt64
  /// How convolutions and their gradients are computed in the steps.
  public let convolutions: ConvolutionAlgorithm
  /// The number of epochs finished since the trainer was created; each has its own order of examples.
  public internal(set) var epochsTrained = 0
  /// The positions of the heads among the model's outputs, found when the model is built.
  private lazy var positions = heads.positions(in: model)

  /// The loss to minimise; of several heads, that of the first.
  public var loss: Loss { heads[0].loss }
  /// The metrics to report beside the loss; of several heads, those of the first.
  public var metrics: [Metric] { heads[0].metrics }

  /// Creates a trainer for a model of one output.
  ///
  /// - Parameters:
  ///   - model: The model to train.
  ///   - optimizer: The optimizer, which belongs to this model alone.
  ///   - loss: The loss to minimise.
  ///   - metrics: The metrics to report; their names are distinct, and none is "loss" or begins with "val_".
  ///   - seed: The seed of shuffling and augmentation.
  ///   - convolutions: How convolutions and their gradients are computed in the steps; with `.winograd` faster where that
  ///     fits, and with other last digits.
  public convenience init(
    _ model: Model, optimizer: Optimizer, loss: Loss, metrics: [Metric] = [], seed: UInt64 = 0,
    convolutions: ConvolutionAlgorithm = .direct
  ) {
    self.init(
      model, optimizer: optimizer, checking: [Head(only: loss, metrics: metrics)], seed: seed,
      convolutions: convolutions)
  }

  /// Creates a trainer for a model of any number of outputs.
  ///
  /// Training minimises the sum of the heads' losses, each times its weight. An output without a head is not trained.
  ///
  /// - Parameters:
  ///   - model: The model to train.
  ///   - optimizer: The optimizer, which belongs to this model alone.
  ///   - heads: What the outputs are trained for, by their names in `Model.outputNames`, in any order.
  ///   - seed: The seed of shuffling and augmentation.
  ///   - convolutions: How convolutions and their gradients are computed in the steps; with `.winograd` faster where that
  ///     fits, and with other last digits.
  public convenience init(
    _ model: Model, optimizer: Optimizer, heads: [Head], seed: UInt64 = 0,
    convolutions: ConvolutionAlgorithm = .direct
  ) {
    self.init(model, optimizer: optimizer, checking: heads, seed: seed, convolutions: convolutions)
    if model.isBuilt { _ = positions }
  }

  private init(
    _ model: Model, optimizer: Optimizer, checking heads: [Head], seed: UInt64,
    convolutions: ConvolutionAlgorithm
  ) {
    heads.checkNames()
    (self.model, self.optimizer, self.heads, self.seed) = (model, optimizer, heads, seed)
    self.convolutions = convolutions
  }

  /// The result of one step of training.
  public struct StepResult {
    /// The loss that the step minimises: the sum of the heads' losses, each times its weight.
    public let loss: Float
    /// The loss of each head, in their order, without its weight.
    public let headLosses: [Float]
    /// The outputs of each head, before the step.
    public let outputs: [Tensor]
  }

  /// Takes one step: computes the outputs, the loss and its gradients, and updates the weights.
  ///
  /// Inputs: `[batch, …]`. If the loss is infinite or NaN, all weights keep their values, including moving
  /// statistics.
  @discardableResult
  public func step(inputs: Tensor, targets: Targets) -> (loss: Float, outputs: Tensor) {
    let result = step(ExampleBatch(inputs: inputs, targets: targets))
    return (result.loss, result.outputs[0])
  }

  /// Takes one step with a batch of any number of inputs and heads, as ``step(inputs:targets:)`` does.
  @discardableResult
  public func step(_ batch: ExampleBatch) -> StepResult {
    // The model is built before its statistics are listed: an unbuilt model has none.
    let given = inputsOfBuiltModel(batch)
    let inputs = given.map { $0.convolved(by: convolutions) }
    let targets = batch.targets(for: heads, of: model)
    let statistics = model.nonTrainableWeights.map { (variable: $0, value: $0.value) }
    let outputs = outputs(inputs, training: true)
    let losses = losses(outputs, targets)
    let loss = total(losses)
    let value = loss.scalar
    if value.isFinite {
      let weights = model.trainableWeights
      optimizer.apply(loss.gradients(of: weights), to: weights)
      model.weightsChanged()
    } else {
      for (variable, value) in statistics { variable.value = value }
    }
    return StepResult(
      loss: value, headLosses: losses.map(\.scalar),
      outputs: outputs.map { $0.detached().on(given[0].backend) })
  }

  /// The loss and the metrics over the given examples, of every head.
  ///
  /// Nothing changes.
  public func evaluate(_ examples: some Examples, batchSize: Int = 256) -> Scores {
    score(examples, batchSize: batchSize) { true }.scores
  }

  /// The scores of the batches before which `goesOn` was true, and whether all examples were scored.
  func score(
    _ examples: some Examples, batchSize: Int = 256, while goesOn: () -> Bool
  ) -> (scores: Scores, isWhole: Bool) {
    var running = RunningScores(names: heads.scoreNames)
    var generator = SeededGenerator(seed: seed).derived("evaluation")
    let isWhole = examples.forEachBatch(of: batchSize, using: &generator, while: goesOn) { batch in
      let outputs = outputs(inputsOfBuiltModel(batch), training: false)
      let targets = batch.targets(for: heads, of: model)
      let losses = losses(outputs, targets)
      running.add(
        means(total(losses).scalar, losses.map(\.scalar), outputs, targets), examples: batch.count)
    }
    return (running.scores, isWhole)
  }

  /// The means over a batch, in the order of the scores' names.
  func means(
    _ loss: Float, _ headLosses: [Float], _ outputs: [Tensor], _ targets: [ExampleBatch.Target]
  ) -> [Float] {
    var means = [loss] + (heads.count > 1 ? headLosses : [])
    for (index, head) in heads.enumerated() {
      means += head.metrics.map { $0(outputs[index], targets[index].targets, of: head) }
    }
    return means
  }

  /// The inputs of a batch in the order of the model's; a model that is not built is built for them.
  private func inputsOfBuiltModel(_ batch: ExampleBatch) -> [Tensor] {
    let inputs = batch.inputs(for: model)
    if !model.isBuilt { model.buildOnce(inputShapes: inputs.map { Array($0.shape.dropFirst()) }) }
    return inputs
  }

  /// The outputs of the heads, in their order.
  private func outputs(_ inputs: [Tensor], training: Bool) -> [Tensor] {
    let positions = positions
    if !training, let outputs = model.prepared(inputs) { return positions.map { outputs[$0] } }
    if model.outputIndices.count == 1 { return [model(inputs, training: training)] }
    let outputs = model.allOutputs(inputs, training: training)
    return positions.map { outputs[$0] }
  }

  private func losses(_ outputs: [Tensor], _ targets: [ExampleBatch.Target]) -> [Tensor] {
    heads.indices.map { index in
      heads[index].loss(
        outputs[index], targets[index].targets, weights: targets[index].weights, of: heads[index])
    }
  }

  /// The sum of the heads' losses, each times its weight.
  private func total(_ losses: [Tensor]) -> Tensor {
    let weighted = zip(losses, heads).map { loss, head in head.weight == 1 ? loss : loss * head.weight }
    return weighted.dropFirst().reduce(weighted[0]) { $0 + $1 }
  }

  /// The model's outputs for the given examples; use the model's own method, which needs no trainer.
  @available(*, deprecated, message: "call predict(_:batchSize:) of the model, which needs no trainer")
  public func predict(_ examples: some Examples, batchSize: Int = 256) -> Tensor {
    model.predict(examples, batchSize: batchSize, seed: seed)
  }
}
