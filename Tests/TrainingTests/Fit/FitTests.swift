import Datasets
import Layers
import Support
import Tensors
import Testing
import Training

/// `fit` trains, counts, stops, and repeats itself.
@Suite struct FitTests {
  /// A small network on digits, the same each time it is made.
  static func trainer(seed: UInt64 = 1) -> Trainer {
    let model = Sequential(
      [
        Flatten(), Dense(units: 16), BatchNormalization(), ReLU(), Dropout(rate: 0.2), Dense(units: 10),
      ], inputShape: [28, 28, 1], seed: 1)
    return Trainer(
      model, optimizer: Adam(), loss: .sparseCategoricalCrossEntropy(fromLogits: true),
      metrics: [.accuracy], seed: seed)
  }

  static let digits = Digits.generated(count: 300, seed: 1)

  @Test func trainingLearnsDigits() throws {
    let trainer = Self.trainer()
    let before = trainer.evaluate(Self.digits)
    let history = try trainer.fit(Self.digits, epochs: 16, batchSize: 32, validation: Self.digits)
    let after = trainer.evaluate(Self.digits)
    #expect(history.epochs.count == 16)
    #expect(history["val_loss"].last == after.loss)
    #expect(after.loss < before.loss / 2)
    #expect(after.accuracy ?? 0 > 0.7)
  }

  @Test func theSameSeedGivesTheSameWeights() throws {
    let (first, second, other) = (Self.trainer(), Self.trainer(), Self.trainer(seed: 2))
    for trainer in [first, second, other] { try trainer.fit(Self.digits, epochs: 2) }
    let weights = [first, second, other].map { $0.model.weights.map(\.value.values) }
    #expect(weights[0] == weights[1])
    #expect(weights[0] != weights[2])
  }

  @Test func augmentedImagesMoveAndRepeatThemselves() {
    let moved = AugmentedImages(Self.digits, by: Augmentation(shift: 2, rotation: 10))
    let generator = SeededGenerator(seed: 4)
    func batch(_ examples: some Examples) -> ([Float], Int) {
      var copy = generator
      let (inputs, targets) = examples.batch(of: [5, 3, 8], using: &copy)
      #expect(inputs.shape == [3, 28, 28, 1])
      return (inputs.values, targets.count)
    }
    #expect(batch(moved) == batch(moved))
    #expect(batch(moved).0 != batch(Self.digits).0)
    #expect(batch(AugmentedImages(Self.digits, by: Augmentation())).0 == batch(Self.digits).0)
  }
}
