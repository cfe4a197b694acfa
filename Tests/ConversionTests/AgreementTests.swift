import Conversion
import Datasets
import Foundation
import IntegerInference
import Layers
import Quantization
import Support
import Tensors
import Testing
import Training

/// What training simulates in floats is what the integers compute.
@Suite struct AgreementTests {
  private func agreement(
    _ item: Zoo, _ scheme: QuantizeScheme = .tflite8Bit, _ arithmetic: IntegerScheme? = nil
  ) throws -> Agreement {
    let model = try item.quantized(scheme)
    return try model.agreement(with: convert(model, arithmetic: arithmetic).model, on: item.batch)
  }

  /// Accumulators are whole numbers on both sides, and rounded by the same rule: no code differs.
  @Test(arguments: Zoo.exact) func theIntegersGiveTheSimulatedCodes(_ item: Zoo) throws {
    for form in BatchNormFolding.allCases {
      var scheme = QuantizeScheme.tflite8Bit
      scheme.batchNormFolding = form
      let found = try agreement(item, scheme)
      #expect(found.examples == 24 && found.codes > 24)
      #expect(found.equalCodes == found.codes && found.sameClass == 24, "\(form): \(found.text)")
    }
  }

  /// Fewer bits change nothing in this: codes are bytes all the same.
  @Test(arguments: 2...8) func withFewerBitsToo(_ bits: Int) throws {
    for item in Zoo.exact {
      for scheme in [
        QuantizeScheme.nBit(weights: bits, activations: 8), .nBit(weights: 8, activations: bits),
        .nBit(weights: bits, activations: bits, learnedSteps: true),
      ] {
        let found = try agreement(item, scheme)
        #expect(found.equalCodes == found.codes, "\(item), \(scheme.name): \(found.text)")
      }
    }
  }

  @Test(arguments: Zoo.exact.filter { $0 != .pooling }) func inTheArithmeticOfFloatsToo(_ item: Zoo) throws {
    for scheme in [QuantizeScheme.onnxRuntime8Bit, .powerOfTwo] {
      let found = try agreement(item, scheme)
      #expect(found.equalCodes == found.codes, "\(scheme.name): \(found.text)")
    }
  }

  /// Sums, means over images and softmax are simulated as real numbers; runtimes round them in ways of their own,
  /// which differ next to the middle between two codes.
  @Test(arguments: Zoo.allCases) func noCodeIsMoreThanAStepAway(_ item: Zoo) throws {
    for arithmetic in IntegerScheme.allCases {
      let found = try agreement(item, .tflite8Bit, arithmetic)
      #expect(found.largestDifference <= 1, "\(arithmetic): \(found.text)")
      #expect(found.shareEqual > 0.5, "\(arithmetic): \(found.text)")
    }
  }

  /// A scheme that rounds real numbers, as training does, and integers that do not: codes differ.
  @Test func withoutTheRuleCodesDiffer() throws {
    var scheme = QuantizeScheme.nBit(weights: 4, activations: 4)
    let exact = try agreement(.convolutions, scheme)
    scheme.requantization = nil
    let rounded = try agreement(.convolutions, scheme)
    #expect(exact.shareEqual == 1 && rounded.shareEqual < 1)
  }

  /// A network of digits, quantized after training, then trained on: as in the course.
  @Test(arguments: [8, 4]) func aTrainedNetworkGivesTheSameAnswers(_ bits: Int) throws {
    let (training, unseen) = (Digits.generated(count: 600, seed: 1), Digits.generated(count: 400, seed: 2))
    let model = Sequential(
      [
        Conv2D(filters: 6, kernelSize: (3, 3), padding: .same), BatchNormalization(momentum: 0.9), ReLU(),
        MaxPooling2D(), Conv2D(filters: 8, kernelSize: (3, 3)), BatchNormalization(momentum: 0.9), ReLU(),
        MaxPooling2D(), Flatten(), Dense(units: 16, activation: .relu), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    func fit(_ model: Model, _ rate: Double) throws {
      let trainer = Trainer(
        model, optimizer: Adam(learningRate: .constant(Float(rate))),
        loss: .sparseCategoricalCrossEntropy(fromLogits: true), seed: 1)
      try trainer.fit(training, epochs: 2, batchSize: 32)
    }
    try fit(model, 0.003)
    let calibration = Tensor(training.floats(of: 0..<200), shape: [200, 28, 28, 1])
    let quantized = try quantizeModel(
      model, calibratingOn: [calibration], scheme: .nBit(weights: bits, activations: bits))
    let images = Tensor(unseen.floats(of: 0..<400), shape: [400, 28, 28, 1])
    let afterTraining = try quantized.agreement(with: convert(quantized).model, on: images)
    #expect(afterTraining.sameClass == 400 && afterTraining.shareEqual >= 0.9995, "\(afterTraining.text)")
    try fit(quantized, 0.001)
    let aware = try quantized.agreement(with: convert(quantized).model, on: images)
    #expect(aware.sameClass == 400 && aware.shareEqual >= 0.9995, "\(aware.text)")
    // And the other road to the same integers.
    let (integers, _) = try convert(
      model, calibratingOn: [calibration], scheme: .nBit(weights: bits, activations: bits))
    #expect(integers.operations.count == 8)
  }
}
