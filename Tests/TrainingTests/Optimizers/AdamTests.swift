import Support
import Tensors
import Testing
import Training

/// Adam's kernel against the same formula written with tensors.
@Suite struct AdamTests {
  /// The formula of ``Adam``, an operation at a time.
  private struct Twin {
    var weight: Tensor
    var mean: Tensor
    var square: Tensor
    var step = 0

    mutating func apply(_ gradient: Tensor, rate: Float, beta1: Float, beta2: Float, epsilon: Float) {
      step += 1
      let correction = (1 - power(Double(beta2), step)).squareRoot() / (1 - power(Double(beta1), step))
      mean = mean + (gradient - mean) * (1 - beta1)
      square = square + (gradient * gradient - square) * (1 - beta2)
      weight = weight - mean * Float(Double(rate) * correction) / (square.sqrt() + epsilon)
    }
  }

  /// Below and above 16,384 elements, from which several threads work, and where shards end unevenly.
  @Test(arguments: [1, 7, 64, 1_001, 16_383, 16_385, 70_001])
  func `Adam's kernel equals its formula in tensors bit for bit`(_ count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let start = Tensor.normal(shape: [count], using: &generator)
    var twin = Twin(weight: start, mean: .zeros([count]), square: .zeros([count]))
    let variable = Variable("weight", start)
    let adam = Adam(learningRate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-5)
    for _ in 0..<4 {
      let gradient = Tensor.normal(shape: [count], using: &generator)
      adam.apply([gradient], to: [variable])
      twin.apply(gradient, rate: 0.01, beta1: 0.8, beta2: 0.95, epsilon: 1e-5)
      // As one truth value each: a failure would list all elements that differ.
      let isSameWeight = variable.value.values == twin.weight.values
      let isSameMemory = adam.values(of: variable).map(\.values) == [twin.mean.values, twin.square.values]
      #expect(isSameWeight && isSameMemory)
    }
  }

  @Test func `the result of Adam's kernel does not depend on the number of threads`() {
    var generator = SeededGenerator(seed: 1)
    let tensors = (0..<4).map { _ in Tensor.uniform(0, 1, shape: [50_003], using: &generator) }
    let results = [1, 2, 3, 8].map { workers in
      let placed = tensors.map { $0.on(Backend(kernels: Backend.standard.kernels, workers: workers)) }
      let step = placed[0].adamStep(
        gradient: placed[1], mean: placed[2], square: placed[3], rate: 0.1, beta1: 0.9, beta2: 0.99,
        epsilon: 1e-7)
      return [step.weight.values, step.mean.values, step.square.values]
    }
    let areSame = results.allSatisfy { $0 == results[0] }
    #expect(areSame)
  }

  @Test func `Adam's first step is the learning rate, whatever the gradient`() {
    for gradient: Float in [1e-3, 1, 1e6] {
      let variable = Variable("weight", Tensor(0))
      Adam(learningRate: 0.5).apply([Tensor(-gradient)], to: [variable])
      // epsilon is 10⁻⁷ against √square = √0.001 · 10⁻³ at the least.
      #expect(abs(variable.value.scalar - 0.5) < 0.5 * 1e-2)
    }
  }
}
