import Support
import Tensors
import Testing

@Suite struct BackendTests {
  /// The bits of all results and gradients of a network with every operation that is cut into shards.
  private static func bits(on backend: Backend, batch: Int) -> [[UInt32]] {
    var generator = SeededGenerator(seed: 11)
    func random(_ shape: [Int]) -> Tensor {
      Tensor.normal(standardDeviation: 0.3, shape: shape, using: &generator).on(backend).tracked()
    }
    let images = random([batch, 13, 11, 3])
    let (kernel, bias) = (random([3, 3, 3, 20]), random([20]))
    let (depthwise, gamma, beta) = (random([3, 3, 20, 1]), random([20]), random([20]))
    let (weights, offset) = (random([20 * 3 * 3, 10]), random([10]))
    let convolved = images.conv2D(kernel, bias: bias, padding: .same)
    let normalized = convolved.batchNormalized(gamma: gamma, beta: beta, epsilon: 0.001).result.relu6()
    let spread = normalized.depthwiseConv2D(depthwise, strides: 2, padding: .same).tanh()
    let pooled = spread.maxPool2D(padding: .same) + spread.averagePool2D(padding: .same).sigmoid()
    let features = pooled.sliced(0..<3, axis: 1).clipped(min: -1, max: 1).flattened()
    let logits = features.matmul(weights, bias: offset)
    let loss = logits.softmaxCrossEntropy(labels: (0..<batch).map { $0 % 10 }) + images.squared().mean()
    let history = [convolved, normalized, spread, pooled, logits, loss].map(\.values)
    let gradients = loss.gradients(of: [images, kernel, bias, depthwise, gamma, beta, weights, offset])
    return (history + gradients.map(\.values)).map { $0.map(\.bitPattern) }
  }

  @Test(arguments: [3, 44])
  func `any number of threads gives the same bits`(_ batch: Int) {
    for kernels in [Backend.Kernels.portable, Backend.standard.kernels] {
      let alone = Self.bits(on: Backend(kernels: kernels, workers: 1), batch: batch)
      for workers in [nil, 2, 3, 7] {
        #expect(
          Self.bits(on: Backend(kernels: kernels, workers: workers), batch: batch) == alone,
          "\(kernels), \(workers ?? 0) workers")
      }
    }
  }

  @Test func `oneDNN and the portable kernels agree on a network and its gradients`() {
    // The two families add in different orders. Through this network that grows to some dozens of ulps of
    // each tensor's largest magnitude; 256 leaves room for other processors.
    let portable = Self.bits(on: .portable, batch: 8)
    let fast = Self.bits(on: .standard, batch: 8)
    // Tensor 8, the gradient of a bias before batch normalization, is 0 but for rounding.
    for (index, (left, right)) in zip(portable, fast).enumerated() where index != 8 {
      let values = left.map { Double(Float(bitPattern: $0)) }
      expectClose(right.map { Float(bitPattern: $0) }, values, 256, "tensor \(index)")
    }
  }

  @Test func `results and gradients stay on their backend`() {
    let backend = Backend(kernels: .portable, workers: 3)
    let x = Tensor([1, 2], shape: [2]).on(backend).tracked()
    let y = (2 * x.exp()).sum()
    #expect(y.backend == backend)
    #expect(y.gradients(of: [x])[0].backend == backend)
    let (low, high) = (Tensor(0).on(backend).tracked(), Tensor(1).on(backend).tracked())
    let clipped = x.clipped(min: low, max: high).sum().gradients(of: [x, low, high])
    #expect(clipped.map(\.backend) == [backend, backend, backend])
  }
}
