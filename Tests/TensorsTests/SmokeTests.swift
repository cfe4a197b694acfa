import Support
import Tensors
import Testing

@Suite struct SmokeTests {
  @Test func softmaxRegressionLearns() {
    var generator = SeededGenerator(seed: 1)
    let x = Tensor.normal(shape: [60, 5], using: &generator)
    let w = Variable("w", .zeros([5, 3]))
    let b = Variable("b", .zeros([3]))
    let labels = x.matmul(Tensor.normal(shape: [5, 3], using: &generator)).argmax()
    var losses: [Float] = []
    for _ in 0..<200 {
      let loss = (x.matmul(w.value) + b.value).softmaxCrossEntropy(labels: labels)
      let g = loss.gradients(of: [w, b])
      w.value = w.value - 0.5 * g[0]
      b.value = b.value - 0.5 * g[1]
      losses.append(loss.scalar)
    }
    print(losses[0], losses[199])
    #expect(abs(losses[0] - 1.0986123) < 1e-5)
    #expect(losses[199] < 0.2)
    let y = Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3]).tracked()
    #expect(y.sum(axes: [0]).values == [5, 7, 9])
    #expect(y.mean(axes: [-1], keepingDimensions: true).shape == [2, 1])
    #expect(y.max().gradients(of: [y])[0].values == [0, 0, 0, 0, 0, 1])
    #expect(y.mean(axes: [0]).sum().gradients(of: [y])[0].values == [0.5, 0.5, 0.5, 0.5, 0.5, 0.5])
    #expect(y.clipped(2, 4).values == [2, 2, 3, 4, 4, 4])
  }
}
