import FixedPoint
import IntegerInference
import Support
import Tensors
import Training

/// The scores of an integer model on the examples of a training.
struct IntegerScore {
  /// Of classes the loss, if the model gives probabilities or logits, and the accuracy; of values both means.
  let scores: Scores

  init(_ model: IntegerModel, on data: TrainingData, batch size: Int = 64) {
    let session = IntegerSession(model, maximumBatch: size)
    let output = model.operations[model.outputs[0]]
    let examples = data.validation.examples
    let loss = data.loss(fromLogits: !output.isSoftmax)
    let metric = data.metrics[0]
    var (lossSum, metricSum) = (0.0, 0.0)
    var generator = SeededGenerator(seed: 0)
    for start in stride(from: 0, to: examples.count, by: size) {
      let indices = Array(start..<min(start + size, examples.count))
      let batch = examples.batch(of: indices, using: &generator)
      let reals = Tensor(session.logits(batch.inputs.values), shape: [indices.count] + output.shape)
      lossSum += Double(loss(reals, batch.targets).scalar) * Double(indices.count)
      metricSum += Double(metric(reals, batch.targets)) * Double(indices.count)
    }
    let count = Double(examples.count)
    scores = Scores(names: ["loss", metric.name], values: [lossSum / count, metricSum / count])
  }
}

extension IntegerOperation {
  /// Whether the operation gives probabilities.
  fileprivate var isSoftmax: Bool { if case .softmax = kind { true } else { false } }
}
