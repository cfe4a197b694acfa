import Layers
import Quantization
import Quantizers
import Tensors
import TestSupport
import Testing

/// The default form of folding against PyTorch's own layer, outputs, gradients and statistics.
@Suite struct TorchTests {
  @Test func `a training step equals PyTorch's ConvBn2d`() throws {
    let fixture = try KerasFixture("torch-conv-bn", in: .module)
    let conv = Conv2D(filters: 4, kernelSize: 3, name: "conv")
    let normalization = BatchNormalization(momentum: 0.9, name: "bn")
    let quantizer = LastValueQuantizer(.weightsPerChannel)
    let folded = FoldedBatchNorm(conv, normalization, quantizer: quantizer)
    folded.buildOnce(inputShape: [6, 6, 2])
    func variable(_ name: String) -> Variable {
      ["kernel", "bias"].contains(name) ? conv.weight(name) : normalization.weight(name)
    }
    for (name, value) in fixture.named("weight:") { variable(name).value = value }
    let outputs = folded(try fixture.one("input"), training: true)
    expectClose(outputs, try fixture.one("output"), within: 1e-5, "output")
    for (name, value) in fixture.named("after:") { expectClose(variable(name).value, value, name) }
    let named = fixture.named("gradient:")
    let loss = (outputs * (try fixture.one("upstream"))).sum()
    let gradients = loss.gradients(of: named.map { variable($0.name) })
    for ((name, expected), gradient) in zip(named, gradients) {
      expectClose(gradient, expected, within: 2e-5, name)
    }
  }
}
