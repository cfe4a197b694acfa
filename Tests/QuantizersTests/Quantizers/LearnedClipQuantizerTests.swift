import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

@Suite struct LearnedClipQuantizerTests {
  /// 2 bits over 0…3: steps of 1, so 4 and 5 are clipped to 3, and −1 to 0.
  @Test func `a learned clip has the values and gradients of its definition`() {
    let quantizer = LearnedClipQuantizer(QuantizerFormat(bitWidth: 2), startingAt: 3)
    let x = Variable("x", Tensor([-1, 0.4, 1.6, 4, 5], shape: [5]))
    let y = quantizer(x.value, training: true)
    #expect(y.values == [0, 0, 2, 3, 3])
    let upstream = Tensor([1, 2, 4, 8, 16], shape: [5])
    let gradients = (y * upstream).sum().gradients(of: [x, quantizer.variable("clip")])
    #expect(gradients[0].values == [0, 2, 4, 0, 0])
    #expect(gradients[1].scalar == 8 + 16)
  }

  @Test func `the penalty of a learned clip adds its gradient once`() {
    let quantizer = LearnedClipQuantizer(startingAt: 3, penalty: 0.25)
    let y = quantizer(Tensor([1, 4, 5], shape: [3]), training: true)
    let gradient = (y * Tensor([1, 10, 100], shape: [3])).sum().gradients(of: [quantizer.variable("clip")])[0]
    let penalty: Float = 2 * 0.25 * 3
    #expect(gradient.scalar == 110 + penalty)
  }

  @Test func `a learned clip starts at the mean of the largest values`() {
    let quantizer = LearnedClipQuantizer(QuantizerFormat(axis: -1))
    quantizer.phase = .calibrating
    for large in [2, 4] as [Float] {
      _ = quantizer(Tensor([large, 0, -1, -large], shape: [2, 2]), training: true)
    }
    #expect(quantizer.variable("clip").value.values == [3, 1], "the second channel has nothing above 0")
    #expect(quantizer.range == ValueRange(low: [0, 0], high: [3, 1]))
    let known = LearnedClipQuantizer(startingAt: 6)
    known.observe(Tensor([9], shape: [1]))
    #expect(known.range == ValueRange(0, 6))
  }

  /// What is clipped pulls the clip up, the penalty down: with upstream −1 of the share p above it and λ,
  /// it comes to rest where p = 2λα; of 0…1 evenly, 1 − α = 2λα, so α = 1 / (1 + 2λ).
  @Test func `the loss and the penalty of a learned clip find a balance`() {
    let quantizer = LearnedClipQuantizer(QuantizerFormat(bitWidth: 8), startingAt: 0.2, penalty: 0.25)
    let x = Tensor((0..<1000).map { (Float($0) + 0.5) / 1000 }, shape: [1000])
    quantizer.build(shape: x.shape, name: "relu")
    let clip = quantizer.variable("clip")
    for _ in 0..<300 {
      let gradient = (-quantizer(x, training: true).mean()).gradients(of: [clip])[0]
      clip.value = clip.value - gradient * 0.1
    }
    #expect(abs(clip.value.scalar - 1 / 1.5) < 2e-3, "\(clip.value.scalar)")
  }

  @Test func `a frozen clip receives no gradient`() {
    let quantizer = LearnedClipQuantizer(startingAt: 1, penalty: 1)
    quantizer.phase = .frozen
    let x = Variable("x", Tensor([2, 0.5], shape: [2]))
    let y = quantizer(x.value, training: true)
    let gradients = y.sum().gradients(of: [x, quantizer.variable("clip")])
    #expect(gradients[0].values == [0, 1] && gradients[1].scalar == 0)
  }

  @Test func `impossible settings of a learned clip are refused`() async {
    let symmetric = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LearnedClipQuantizer(.weights)
    }
    #expect(standardError(of: symmetric).contains("expected an affine format, got 8 bits, symmetric, narrow"))
    let clip = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = LearnedClipQuantizer(startingAt: -2)
    }
    #expect(standardError(of: clip).contains("a clip is above zero and finite; got -2.0"))
  }
}
