import Layers
import Quantization
import Support
import Tensors
import Training

/// Random inputs, and the answers that a network is trained for: a class for each example, or the input itself.
public struct ZooExamples {
  /// A tensor for each input.
  public let inputs: [Tensor]
  private let labels: [Int]

  /// Draws examples; equal seeds give equal ones.
  ///
  /// A class is the largest of some random sums of the first input, so there is something to learn.
  public init(of network: ZooNetwork, count: Int, seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    inputs = network.inputShapes.map { .uniform(-1, 1, shape: [count] + $0, using: &generator) }
    var fixed = SeededGenerator(seed: 17)
    let width = inputs[0].count / count
    let weights = Tensor.uniform(-1, 1, shape: [width, ZooNetwork.classes], using: &fixed)
    let sums = inputs[0].reshaped([count, width]).matmul(weights).values
    labels = (0..<count).map { row in
      let own = sums[row * ZooNetwork.classes..<(row + 1) * ZooNetwork.classes]
      return own.indices.reduce(own.startIndex) { own[$1] > own[$0] ? $1 : $0 } - own.startIndex
    }
  }

  /// The sum of the losses of a model's outputs.
  fileprivate func loss(_ outputs: [Tensor], of network: ZooNetwork) -> Tensor {
    let losses = outputs.map { output -> Tensor in
      let isClasses = output.shape == [labels.count, ZooNetwork.classes]
      guard isClasses else {
        let target = output.shape == inputs[0].shape ? inputs[0] : inputs[0] * 0.5
        return Loss.meanSquaredError(output, .values(target))
      }
      let fromLogits = network != .depthwise
      return Loss.sparseCategoricalCrossEntropy(fromLogits: fromLogits)(output, .classes(labels))
    }
    return losses.dropFirst().reduce(losses[0]) { $0 + $1 }
  }
}

extension ZooNetwork {
  /// A float model after some steps of Adam.
  public func trained(steps: Int = 20) -> Model {
    let model = model()
    train(model, steps: steps, rate: 0.01, seed: 1)
    return model
  }

  /// A float model quantized, calibrated and trained for some more steps.
  ///
  /// - Throws: `QuantizationError` if the model cannot be quantized.
  public func quantized(_ float: Model, _ scheme: QuantizeScheme, steps: Int = 6) throws -> QuantizedModel {
    let calibration = ZooExamples(of: self, count: 64, seed: 2).inputs
    let model = try quantizeModel(float, calibratingOn: [calibration], scheme: scheme)
    train(model, steps: steps, rate: 0.002, seed: 3)
    return model
  }

  private func train(_ model: Model, steps: Int, rate: Float, seed: UInt64) {
    let optimizer = Adam(learningRate: .constant(rate))
    for step in 0..<steps {
      let examples = ZooExamples(of: self, count: 32, seed: seed << 16 + UInt64(step))
      let loss = examples.loss(model.allOutputs(examples.inputs, training: true), of: self)
      let weights = model.trainableWeights
      optimizer.apply(loss.gradients(of: weights), to: weights)
      model.weightsChanged()
    }
  }
}
