import Conversion
import Datasets
import Foundation
import Layers
import Quantization
import Tensors
import Testing
import Training

/// The whole MNIST test set, where `QAT_DATA` names a folder that has it.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["QAT_DATA"].map { !$0.isEmpty } ?? false))
struct MNISTAgreementTests {
  @Test func `every MNIST test image gets the same class in integers`() throws {
    let mnist = try MNIST.load(from: ProcessInfo.processInfo.environment["QAT_DATA"] ?? "")
    let model = Sequential(
      [
        Conv2D(filters: 32, kernelSize: 3, padding: .same), BatchNormalization(), ReLU(), MaxPooling2D(),
        Conv2D(filters: 64, kernelSize: 3, padding: .same), BatchNormalization(), ReLU(), MaxPooling2D(),
        Flatten(), Dense(units: 128, activation: .relu), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    let loss = Loss.sparseCategoricalCrossEntropy(fromLogits: true)
    try Trainer(model, optimizer: Adam(), loss: loss, seed: 1).fit(mnist.training, epochs: 1, batchSize: 128)
    let calibration = Tensor(mnist.training.floats(of: 0..<1000), shape: [1000, 28, 28, 1])
    let quantized = try quantizeModel(model, calibratingOn: [calibration])
    try Trainer(quantized, optimizer: Adam(learningRate: 1e-4), loss: loss, seed: 1).fit(
      mnist.training, epochs: 1, batchSize: 128)
    let images = Tensor(mnist.test.floats(of: 0..<10_000), shape: [10_000, 28, 28, 1])
    let agreement = try quantized.agreement(with: convert(quantized).model, on: images)
    #expect(agreement.sameClass == 10_000)
    #expect(agreement.shareEqual == 1, "\(agreement.text)")
  }
}
