import Layers
import Tensors
import Testing

@Suite struct BatchNormalizationTests {
  // Mean 3; squared distances from it 4, 0, 4: variance 8/3 over n, 4 over n − 1.
  private let values: [Float] = [1, 3, 5]

  private func moved(_ shape: [Int]) -> (mean: Float, variance: Float) {
    let layer = BatchNormalization()
    _ = layer(Tensor(values, shape: shape), training: true)
    return (layer.weight("moving_mean").value.scalar, layer.weight("moving_variance").value.scalar)
  }

  @Test func movingStatisticsGoAHundredthOfTheWay() {
    // From 0 and 1: 0.01 · 3, and 0.99 + 0.01 · 8/3.
    let (mean, variance) = moved([3, 1])
    #expect(abs(mean - 0.03) < 1e-7 && abs(variance - (0.99 + 0.08 / 3)) < 1e-6)
  }

  @Test func ofImagesTheUnbiasedVarianceIsGathered() {
    #expect(abs(moved([1, 3, 1, 1]).variance - (0.99 + 0.04)) < 1e-6)
  }

  @Test func oneValueHasNoVarianceToCorrect() {
    let layer = BatchNormalization()
    _ = layer(Tensor([7], shape: [1, 1, 1, 1]), training: true)
    #expect(layer.weight("moving_variance").value.scalar == 0.99)
  }

  @Test func inferenceChangesNothingAndUsesTheMovingStatistics() {
    let layer = BatchNormalization()
    let batch = Tensor(values, shape: [3, 1])
    let result = layer(batch).values
    // Mean 0, variance 1: x / √(1 + 0.001).
    #expect(zip(result, values).allSatisfy { abs($0 - $1 / 1.0004999) < 1e-5 })
    #expect(layer.weight("moving_mean").value.scalar == 0)
  }

  @Test func frozenItDoesAsInInference() {
    let layer = BatchNormalization()
    let batch = Tensor(values, shape: [3, 1])
    let model = Sequential([layer], inputShape: [1])
    model.trainable = false
    #expect(model(batch, training: true).values == model(batch).values)
    #expect(layer.weight("moving_mean").value.scalar == 0)
  }
}
