import Conversion
import Datasets
import IntegerInference
import Layers
import Quantization
import Subjects
import Tensors
import Training

/// All phases of one model: float training, quantization after training, quantization-aware training, integers.
///
/// Adam with batches of 128; in each phase the learning rate falls along a cosine from 0.002 to 0. Ranges are calibrated
/// on 1,024 training images.
struct Experiment {
  let subject: Subject
  let mnist: MNIST
  /// The epochs of float training, and those of the phase after it: quantization-aware, or float.
  let epochs: (float: Int, more: Int)

  func run(seed: UInt64) throws -> Outcome {
    let model = subject.model(seed: seed)
    let float = try train(model, epochs: epochs.float, seed: seed)
    let longer = subject.model(seed: seed)
    longer.copyWeights(from: model)
    let trainedOn = try trainOn(longer, seed: seed)
    let rows = try Bits.all.map { try row($0, model, seed: seed) }
    return Outcome(float: float, floatTrainedOn: trainedOn, rows: rows)
  }

  private func row(_ bits: Bits, _ model: Model, seed: UInt64) throws -> Outcome.Row {
    let batches = (0..<8).map { index in
      Tensor(mnist.training.floats(of: index * 128..<index * 128 + 128), shape: [128, 28, 28, 1])
    }
    let after = try quantizeModel(model, calibratingOn: batches, scheme: bits.observing)
    let quantized = try quantizeModel(model, calibratingOn: batches, scheme: bits.training)
    let aware = try trainOn(quantized, seed: seed)
    let integers = try convert(quantized).model
    let images = mnist.test.floats()
    let agreement = quantized.agreement(
      with: integers, on: Tensor(images, shape: [mnist.test.count, 28, 28, 1]))
    return Outcome.Row(
      bits: bits, afterTraining: accuracy(of: after), aware: aware,
      integer: accuracy(of: integers, images), agreement: agreement)
  }

  /// The second phase: all models see the same images in the same order, and only quantization differs.
  private func trainOn(_ model: Model, seed: UInt64) throws -> Double {
    try train(model, epochs: epochs.more, seed: seed + 1000)
  }

  /// Trains a model and returns its accuracy on the test images.
  private func train(_ model: Model, epochs: Int, seed: UInt64) throws -> Double {
    let steps = (mnist.training.count + 127) / 128 * epochs
    let trainer = trainer(model, .cosine(initial: 0.002, steps: steps), seed: seed)
    try trainer.fit(mnist.training, epochs: epochs, batchSize: 128, callbacks: [ProgressBar()])
    return accuracy(of: model)
  }

  private func accuracy(of model: Model) -> Double {
    trainer(model, 0, seed: 0).evaluate(mnist.test).accuracy ?? 0
  }

  private func accuracy(of integers: IntegerModel, _ images: [Float]) -> Double {
    let classes = IntegerSession(integers, maximumBatch: 128).classes(images)
    let labels = mnist.test.labels(of: 0..<mnist.test.count)
    return Double(zip(classes, labels).count { $0 == $1 }) / Double(labels.count)
  }

  private func trainer(_ model: Model, _ rate: LearningRate, seed: UInt64) -> Trainer {
    Trainer(
      model, optimizer: Adam(learningRate: rate),
      loss: .sparseCategoricalCrossEntropy(fromLogits: true), metrics: [.accuracy], seed: seed)
  }
}
