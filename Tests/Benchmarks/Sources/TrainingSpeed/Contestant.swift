import Layers
import Quantization
import Tensors
import Training

/// A form of training a model, and the times of its steps.
final class Contestant {
  /// The float model, or the quantized one with a form of folding.
  enum Form: Equatable {
    case float
    case quantized(BatchNormFolding)
    /// With weights and activations of 8 bits whose steps are learned.
    case learned
  }

  /// The form, for tables.
  let name: String
  let times: StepTimes
  private let trainer: Trainer

  /// Creates the model; quantizes and calibrates it on `examples` if `form` says so.
  init(
    _ subject: TrainingSubject, _ form: Form, calibratingOn examples: TensorExamples, warmUp: Int,
    convolutions: ConvolutionAlgorithm
  ) throws {
    var model: Model = subject.model()
    switch form {
    case .float: name = "float"
    case .quantized(let folding):
      name = subject == .small ? "QAT" : "QAT, \(folding)"
      var scheme = QuantizeScheme.tflite8Bit
      scheme.batchNormFolding = folding
      model = try quantizeModel(model, calibratingOn: examples, batchSize: 128, scheme: scheme)
    case .learned:
      name = "QAT, learned steps"
      let scheme = QuantizeScheme.nBit(weights: 8, activations: 8, learnedSteps: true)
      model = try quantizeModel(model, calibratingOn: examples, batchSize: 128, scheme: scheme)
    }
    trainer = Trainer(
      model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      convolutions: convolutions)
    times = StepTimes(warmUp: warmUp)
  }

  /// Trains for some epochs and returns the loss of the last.
  @discardableResult
  func train(_ examples: TensorExamples, epochs: Int, batchSize: Int) throws -> Float {
    let history = try trainer.fit(
      examples, epochs: epochs, batchSize: batchSize, callbacks: [times])
    return Float(history.epochs.last?.training.loss ?? .nan)
  }
}
