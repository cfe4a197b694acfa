import Layers
import Tensors
import Testing

@Suite struct BatchNormalizationTests {
  // Mean 3; squared distances from it 4, 0, 4: variance 8/3 over n, 4 over n − 1.
  private let values: [Float] = [1, 3, 5]

  private func statistics(_ shape: [Int]) -> (mean: Float, variance: Float) {
    let layer = BatchNormalization()
    _ = layer(Tensor(values, shape: shape), training: true)
    return (layer.movingMean.value.scalar, layer.movingVariance.value.scalar)
  }

  @Test func `moving statistics go a hundredth of the way to the batch's statistics`() {
    // From 0 and 1: 0.01 · 3, and 0.99 + 0.01 · 8/3.
    let (mean, variance) = statistics([3, 1])
    #expect(abs(mean - 0.03) < 1e-7 && abs(variance - (0.99 + 0.08 / 3)) < 1e-6)
  }

  @Test func `the moving variance of images averages the unbiased variance of batches`() {
    #expect(abs(statistics([1, 3, 1, 1]).variance - (0.99 + 0.04)) < 1e-6)
  }

  @Test func `the variance of a single value is not corrected`() {
    let layer = BatchNormalization()
    _ = layer(Tensor([7], shape: [1, 1, 1, 1]), training: true)
    #expect(layer.movingVariance.value.scalar == 0.99)
  }

  @Test func `inference uses the moving statistics and changes nothing`() {
    let layer = BatchNormalization()
    let batch = Tensor(values, shape: [3, 1])
    let result = layer(batch).values
    // Mean 0, variance 1: x / √(1 + 0.001).
    #expect(zip(result, values).allSatisfy { abs($0 - $1 / 1.0004999) < 1e-5 })
    #expect(layer.movingMean.value.scalar == 0)
  }

  @Test func `a frozen batch normalization computes the same in training as in inference`() {
    let layer = BatchNormalization()
    let batch = Tensor(values, shape: [3, 1])
    let model = Sequential([layer], inputShape: [1])
    model.trainable = false
    #expect(model(batch, training: true).values == model(batch).values)
    #expect(layer.movingMean.value.scalar == 0)
  }
}
