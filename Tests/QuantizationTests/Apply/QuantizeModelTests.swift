import Datasets
import Layers
import Quantization
import Quantizers
import Support
import Tensors
import Testing
import Training

/// `quantizeModel` as a whole: what goes in stays as it is, what comes out is close, and can be trained.
@Suite struct QuantizeModelTests {
  /// Two blocks of convolution, normalization and ReLU, then dense layers: trained for a moment.
  static func trained() throws -> Model {
    let model = Sequential(
      [
        Conv2D(filters: 8, kernelSize: (3, 3), padding: .same), BatchNormalization(momentum: 0.9), ReLU(),
        MaxPooling2D(), Conv2D(filters: 8, kernelSize: (3, 3), useBias: false),
        BatchNormalization(momentum: 0.9), ReLU(), MaxPooling2D(), Flatten(),
        Dense(units: 16, activation: .relu), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    try Self.trainer(model).fit(Self.digits, epochs: 3, batchSize: 32)
    return model
  }

  static func trainer(_ model: Model) -> Trainer {
    Trainer(
      model, optimizer: Adam(learningRate: 0.003), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy], seed: 1)
  }

  static let digits = Digits.generated(count: 600, seed: 1)

  static var batch: Tensor {
    Tensor(digits.floats(of: 0..<200), shape: [200, 28, 28, 1])
  }

  @Test func aFreshQuantizedModelScoresLikeTheFloatModel() throws {
    let model = try Self.trained()
    let before = model.weights.map(\.value.values)
    let quantized = try quantizeModel(model, calibratingOn: [Self.batch])
    let float = Self.trainer(model).evaluate(Self.digits)
    let fresh = Self.trainer(quantized).evaluate(Self.digits)
    #expect(abs((float.accuracy ?? 0) - (fresh.accuracy ?? 1)) < 0.02)
    #expect(model.weights.map(\.value.values) == before)
    try Self.trainer(quantized).fit(Self.digits, epochs: 2, batchSize: 32)
    #expect(model.weights.map(\.value.values) == before)
    let trained = Self.trainer(quantized).evaluate(Self.digits).accuracy ?? 0
    let back = Self.trainer(removeQuantization(quantized)).evaluate(Self.digits).accuracy ?? 0
    #expect(trained > 0.85 && abs(trained - back) < 0.03)
  }
}
