import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct LearnedStepQuantizerTests {
  @Test func `a step size starts at twice the mean magnitude over the root of Qp`() {
    let x = Tensor([1, -3, 2, -2], shape: [2, 2])  // mean magnitude 2; columns 1.5 and 2.5
    for (bits, highest) in [(2, 1), (3, 3), (4, 7), (8, 127)] {
      let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: bits, symmetric: true))
      quantizer.observe(x)
      #expect(quantizer.variable("step").value.scalar == Float(4 / Double(highest).squareRoot()))
    }
    let channels = LearnedStepQuantizer(QuantizerFormat(bitWidth: 4, symmetric: true, axis: -1))
    channels.observe(x)
    let root = 7.0.squareRoot()
    #expect(channels.variable("step").value.values == [Float(3 / root), Float(5 / root)])
    let unsigned = LearnedStepQuantizer(QuantizerFormat(bitWidth: 2), learnsOffset: false)
    unsigned.observe(x.abs())
    #expect(unsigned.variable("step").value.scalar == Float(4 / 3.0.squareRoot()))
  }

  @Test func `a step size with an offset starts at the range over the number of steps`() {
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 4))
    quantizer.observe(Tensor([-1, 0, 2], shape: [3]))
    #expect(quantizer.variable("step").value.scalar == Float(3) / 15)
    #expect(quantizer.variable("offset").value.scalar == -1)
    // Offset −1 is five steps of 0.2 below 0, exactly.
    #expect(abs((quantizer.range?.low[0] ?? 0) + 1) < 1e-6 && abs((quantizer.range?.high[0] ?? 0) - 2) < 1e-6)
  }

  @Test func `a learned step size observes only the first call in training`() {
    let quantizer = LearnedStepQuantizer(.weights)
    _ = quantizer(Tensor([1, 2], shape: [2]), training: true)
    let step = quantizer.variable("step").value.scalar
    _ = quantizer(Tensor([100, 200], shape: [2]), training: true)
    #expect(quantizer.variable("step").value.scalar == step && quantizer.observedCount == 1)
  }

  /// N in the gradient's scale 1 / √(N × Qp) counts the values that maxima stand for.
  @Test func `maxima of four values each give half the gradient of as many values`() {
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 3), learnsOffset: false)
    let x = Tensor([0.3, 1.1, 2.6, 9], shape: [1, 2, 2])
    quantizer.observe(x)
    func gradient(_ size: Int) -> Float {
      let result = quantizer(x, maximaOf: size, training: true)
      return result.sum().gradients(of: [quantizer.variable("step")])[0].scalar
    }
    #expect(gradient(1) != 0 && gradient(4) == gradient(1) / 2)
  }

  @Test func `calibration starts a step size at the mean over its tensors`() {
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 2, symmetric: true))
    quantizer.phase = .calibrating
    for magnitude in [1, 2, 6] as [Float] { _ = quantizer(Tensor([magnitude], shape: [1]), training: false) }
    #expect(abs(quantizer.variable("step").value.scalar - 2 * 3) < 1e-5)  // 2 × mean / √1
  }

  /// Beyond the grid the result is a number of steps times the step, so its slope there is that number.
  @Test func `the gradient of a step size beyond the grid is the true slope`() {
    for format in [QuantizerFormat(bitWidth: 3, symmetric: true), QuantizerFormat(bitWidth: 3)] {
      let quantizer = LearnedStepQuantizer(format)
      quantizer.build(shape: [2], name: "x")
      quantizer.observedCount = 1
      let x = Tensor([-100, 100], shape: [2])
      let weights = Tensor([0.3, 1.7], shape: [2])
      func loss(_ step: Float) -> Tensor {
        quantizer.variable("step").value = Tensor(step)
        if !format.symmetric { quantizer.variable("offset").value = Tensor(-step * 3) }
        return (quantizer(x, training: true) * weights).sum()
      }
      let slope = (loss(1.125).scalar - loss(0.875).scalar) / 0.25
      let gradients = loss(1).gradients(of: quantizer.variables.map(\.variable).filter(\.trainable))
      // N is 2 for weights, 1 an example for activations; Qp 3 and 7. The offset moves with the step above.
      let scale: Float = 1 / Float(format.symmetric ? 2 * 3 : 7).squareRoot()
      let total = gradients[0].scalar + (format.symmetric ? 0 : -3 * gradients[1].scalar)
      #expect(abs(total - slope * scale) < 1e-5, "\(total) \(slope * scale)")
    }
  }

  /// 3 bits for a bell: from the start the mean squared error falls to about that of the best range.
  @Test(arguments: [false, true]) func `training finds the best step size`(_ symmetric: Bool) {
    var generator = SeededGenerator(seed: 41)
    let x = Tensor.normal(mean: symmetric ? 0 : 0.7, shape: [2048], using: &generator)
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 3, symmetric: symmetric), isBatched: false)
    quantizer.observe(symmetric ? x * 3 : x)  // a step far too large, or one that clips nothing
    let parameters = quantizer.variables.map(\.variable).filter(\.trainable)
    func loss() -> Tensor { (quantizer(x, training: true) - x).squared().mean() }
    let before = loss().scalar
    for _ in 0..<400 {
      // The gradient's scale is that for sums over all elements, so the rate here is large.
      for (variable, gradient) in zip(parameters, loss().gradients(of: parameters)) {
        variable.value = variable.value - gradient * 20
      }
    }
    let best = HistogramQuantizer(quantizer.format, rule: .meanSquaredError)
    best.observe(x)
    let least = (best(x, training: false) - x).squared().mean().scalar
    let after = loss().scalar
    #expect(after < before * 0.9 && after < least * (symmetric ? 1.05 : 1.15), "\(before) \(after) \(least)")
  }

  /// d/d(ln s) = s × d/ds, and the start is the geometric mean.
  @Test func `the logarithm of a step size can be learned`() {
    let x = Tensor([1, -3, 2, -2, 0.4], shape: [5])
    let quantizers = [false, true].map {
      LearnedStepQuantizer(QuantizerFormat(bitWidth: 3, symmetric: true), isLogarithmic: $0)
    }
    let gradients = quantizers.map { quantizer in
      quantizer.range = ValueRange(-2, 1.5)
      let loss = (quantizer(x, training: true) - x).squared().sum()
      return loss.gradients(of: [quantizer.variables[0].variable])[0].scalar
    }
    #expect(quantizers[1].variables.map(\.name) == ["logStep", "observed"])
    #expect(abs(gradients[1] - gradients[0] * 0.5) < 1e-5 * abs(gradients[0]), "a step of 0.5")
    let mean = quantizers[1].copied()
    for size in [1, 4] as [Float] { mean.observe(Tensor([size], shape: [1])) }
    #expect(abs((mean.range?.high[0] ?? 0) - 3 * 2 * 2 / Float(3).squareRoot()) < 1e-4)
  }

  /// Moves of a fixed size, as Adam makes: 0.001 is right for most weights, but not for a step of 0.0001.
  @Test func `updates of a fixed size need the logarithm of the step size`() {
    var generator = SeededGenerator(seed: 43)
    let x = Tensor.normal(standardDeviation: 0.005, shape: [1000], using: &generator)
    func worstLoss(_ quantizer: LearnedStepQuantizer) -> Float {
      quantizer.range = quantizer.format.range(of: x)
      var worst: Float = 0
      for _ in 0..<100 {
        let loss = (quantizer(x, training: true) - x).squared().mean()
        worst = max(worst, loss.scalar)
        let parameter = quantizer.variables[0].variable
        let gradient = loss.gradients(of: [parameter])[0].scalar
        parameter.value = parameter.value - (gradient < 0 ? -0.001 : gradient > 0 ? 0.001 : 0)
      }
      return worst
    }
    let (plain, logarithmic) = (
      worstLoss(LearnedStepQuantizer()), worstLoss(LearnedStepQuantizer(isLogarithmic: true))
    )
    #expect(plain > 20 * logarithmic, "\(plain) \(logarithmic)")
  }

  @Test func `a frozen step size receives no gradient`() {
    let quantizer = LearnedStepQuantizer(.activations)
    let x = Tensor([-1, 3, 0.3, 0.2], shape: [2, 2])
    quantizer.observe(x * 0.5)
    quantizer.phase = .frozen
    let parameters = quantizer.variables.map(\.variable).filter(\.trainable)
    let gradients = (quantizer(x, training: true) - x).squared().sum().gradients(of: parameters)
    #expect(gradients.map(\.scalar) == [0, 0])
  }

  @Test func `a step size pushed below zero comes back`() {
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 4, symmetric: true))
    let x = Tensor([1, -1, 0.5], shape: [3])
    quantizer.observe(x)
    let step = quantizer.variable("step")
    step.value = Tensor(-0.01)
    for _ in 0..<500 {
      let gradient = (quantizer(x, training: true) - x).squared().sum().gradients(of: [step])[0]
      step.value = step.value - gradient * 0.01
    }
    #expect(step.value.scalar > 0.1)
  }

  @Test func `a tensor of zeros gets a step size of 1`() {
    for format in [QuantizerFormat.weights, .activations] {
      let quantizer = LearnedStepQuantizer(format)
      let y = quantizer(.zeros([3]), training: true)
      #expect(y.values == [0, 0, 0] && quantizer.variable("step").value.scalar == 1)
    }
  }

  @Test func `a learned step size of one bit has two codes`() {
    let quantizer = LearnedStepQuantizer(QuantizerFormat(bitWidth: 1, symmetric: true))
    quantizer.range = ValueRange(-2, 0)
    #expect(
      quantizer(Tensor([-5, -1.2, -0.8, 0, 3], shape: [5]), training: false).values == [-2, -2, 0, 0, 0])
  }

  @Test func `impossible tensors and step sizes are refused`() async {
    let negative = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      LearnedStepQuantizer(.activations, learnsOffset: false).observe(Tensor([-1.5, 2], shape: [2]))
    }
    #expect(standardError(of: negative).contains("reaches down to -1.5; learn the offset too"))
    let broken = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let quantizer = LearnedStepQuantizer(.weights)
      quantizer.observe(Tensor([1, 2], shape: [2]))
      quantizer.variable("step").value = Tensor(Float("nan") ?? 0)
      _ = quantizer.fakeQuantized(Tensor([1, 2], shape: [2]))
    }
    #expect(standardError(of: broken).contains("what it learns became nan (variable quantizer_step)"))
  }

  @Test func `the number of threads changes no bit of a learned step size`() {
    var generator = SeededGenerator(seed: 42)
    let (values, upstream) = (
      Tensor.normal(shape: [1_000, 331], using: &generator),
      Tensor.normal(shape: [1_000, 331], using: &generator)
    )
    func run(_ workers: Int, _ format: QuantizerFormat) -> [[UInt32]] {
      let quantizer = LearnedStepQuantizer(format)
      quantizer.observe(values)
      let x = values.on(Backend(kernels: .portable, workers: workers)).tracked()
      let y = quantizer(x, training: true)
      let step = quantizer.variable("step").value
      let gradients = (y * upstream).sum().gradients(of: [x, step])
      return ([y] + gradients).map(Zoo.bits)
    }
    for format in [QuantizerFormat(bitWidth: 4), QuantizerFormat(bitWidth: 4, symmetric: true, axis: -1)] {
      let alone = run(1, format)
      for workers in [2, 3, 8] {
        let isSame = run(workers, format) == alone
        #expect(isSame)
      }
    }
  }
}
