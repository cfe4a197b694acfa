import Datasets
import Layers
import Tensors
import Training

/// A small network that has learned the generated digits.
enum TrainedDigits {
  static let digits = Digits.generated(count: 1500, seed: 1)
  static let unseen = Digits.generated(count: 2000, seed: 2)

  /// The weights after four epochs, found once for all tests.
  private static let weights: [[Float]] = {
    let model = untrained()
    _ = try? trainer(model).fit(digits, epochs: 4, batchSize: 32)
    return model.weights.map(\.value.values)
  }()

  /// Two blocks of convolution, normalization and ReLU, then dense layers.
  private static func untrained() -> Model {
    Sequential(
      [
        Conv2D(filters: 8, kernelSize: 3, padding: .same), BatchNormalization(momentum: 0.9), ReLU(),
        MaxPooling2D(), Conv2D(filters: 8, kernelSize: 3, useBias: false),
        BatchNormalization(momentum: 0.9), ReLU(), MaxPooling2D(), Flatten(),
        Dense(units: 16, activation: .relu), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
  }

  /// The network, trained.
  static func model() -> Model {
    let model = untrained()
    for (variable, values) in zip(model.weights, weights) {
      variable.value = Tensor(values, shape: variable.shape)
    }
    return model
  }

  static func trainer(_ model: Model) -> Trainer {
    Trainer(
      model, optimizer: Adam(learningRate: 0.003), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy], seed: 1)
  }

  /// The share of unseen digits that a model classifies correctly.
  static func accuracy(_ model: Model) -> Double {
    Double(trainer(model).evaluate(unseen).accuracy ?? -1)
  }

  /// Some of the digits it was trained with.
  static func batch(_ indices: Range<Int> = 0..<200) -> Tensor {
    Tensor(digits.floats(of: indices), shape: [indices.count, 28, 28, 1])
  }
}
