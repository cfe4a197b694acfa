import Layers
import Support
import Tensors
import Training

/// A training small enough to be run hundreds of times, with every part that has a state.
enum TinyTraining {
  /// Optimizers with a state: the rate of `adam` changes at every step, and a callback sets that of
  /// `momentum`.
  enum Kind: String, CaseIterable, Codable, Sendable {
    case momentum
    case adam
  }

  static let batchSize = 12
  static let epochs = 4

  /// 40 examples: three steps of 12 and one of 4.
  static var examples: NoisyExamples { NoisyExamples(.random(count: 40, seed: 1)) }
  static var validation: TensorExamples { .random(count: 20, seed: 2) }

  /// A network with statistics and random numbers.
  static func model() -> Sequential {
    Sequential(
      [
        Dense(units: 6), BatchNormalization(), ReLU(), Dropout(rate: 0.25), Dense(units: 5),
        Dropout(rate: 0.1),
        Dense(units: 3),
      ], inputShape: [4], seed: 3)
  }

  static func trainer(_ kind: Kind, seed: UInt64 = 5, model: Model = model()) -> Trainer {
    let schedule = LearningRate.warmUp(steps: 3, then: .cosine(initial: 0.05, steps: 9))
    let optimizer: Optimizer =
      switch kind {
      case .momentum: SGD(learningRate: 0.05, momentum: 0.9, nesterov: true)
      case .adam: Adam(learningRate: schedule)
      }
    return Trainer(
      model, optimizer: optimizer, loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy, .topK(2)], seed: seed)
  }
}

/// A training of one kind, which may be cut off and resumed.
struct TinyRun {
  let trainer: Trainer
  let recorder = StatisticsRecorder { $0.model.layer("dense").weight("kernel").value }
  let stopping = EarlyStopping(patience: 10, restoringBestWeights: true)
  private let kind: TinyTraining.Kind

  init(_ kind: TinyTraining.Kind) {
    self.kind = kind
    trainer = TinyTraining.trainer(kind)
  }

  /// Trains from a checkpoint, if it exists, and saves checkpoints every `everySteps` steps if `path` is
  /// given.
  @discardableResult
  func fit(_ path: String? = nil, everySteps: Int = 1, callbacks: [any Callback] = []) throws -> Outcome {
    var all: [any Callback] = [recorder, stopping] + callbacks
    if kind == .momentum { all.append(LearningRateScheduler { 0.1 / Float($0) }) }
    if let path { all.append(Checkpoint(path, everySteps: everySteps)) }
    let history = try trainer.fit(
      TinyTraining.examples, epochs: TinyTraining.epochs, batchSize: TinyTraining.batchSize,
      validation: TinyTraining.validation, callbacks: all, resumingFrom: path)
    return Outcome(
      weights: trainer.model.weights.map { $0.value.values.map(\.bitPattern) },
      memories: trainer.model.weights.flatMap { trainer.optimizer.values(of: $0).map(\.values) },
      history: history, records: recorder.records, steps: trainer.optimizer.step,
      epochsTrained: trainer.epochsTrained)
  }

  /// The complete result of a training.
  struct Outcome: Equatable {
    let weights: [[UInt32]]
    let memories: [[Float]]
    let history: History
    let records: [TensorStatistics]
    let steps: Int
    let epochsTrained: Int
  }
}

extension TensorExamples {
  /// Points in four dimensions, of three classes that overlap.
  static func random(count: Int, seed: UInt64) -> TensorExamples {
    var generator = SeededGenerator(seed: seed)
    let labels = (0..<count).map { $0 % 3 }
    let values = labels.flatMap { label in (0..<4).map { generator.normal(mean: $0 == label ? 1 : 0) } }
    return TensorExamples(inputs: Tensor(values, shape: [count, 4]), targets: .classes(labels))
  }
}

/// Examples that change at random on each request, as augmented images do.
struct NoisyExamples: Examples {
  private let plain: TensorExamples

  init(_ plain: TensorExamples) { self.plain = plain }

  var count: Int { plain.count }

  func batch(
    of indices: [Int], using generator: inout SeededGenerator
  ) -> (inputs: Tensor, targets: Targets) {
    let (inputs, targets) = plain.batch(of: indices, using: &generator)
    return (inputs + .normal(standardDeviation: 0.3, shape: inputs.shape, using: &generator), targets)
  }
}
