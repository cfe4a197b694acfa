import FixedPoint
import Quantizers
import Support
import Tensors
import TestSupport
import Testing

/// The README's snippet of the engine, kept from rotting.
@Suite struct ReadmeTests {
  @Test func theSnippetRuns() throws {
    // README
    let quantizer = try AffineQuantizer(covering: (-1, 1))  // int8, and 0 is exact
    let code = quantizer.quantize(0.3)
    let back = quantizer.dequantize(code)  // within half of quantizer.scale

    let kernel = Variable("kernel", Tensor([0.2, -0.7], shape: [2, 1]))
    let seen = kernel.value.fakeQuantized(min: -1, max: 1, bitWidth: 4)  // floats on the grid
    let loss = (seen - 0.5).squared().sum()
    let gradient = loss.gradients(of: [kernel])[0]  // straight through the rounding
    // README
    #expect(abs(back - 0.3) <= quantizer.scale / 2)
    #expect(quantizer.dequantize(quantizer.zeroPoint) == 0)
    // d/dx of (seen − 0.5)², straight through: 2 (seen − 0.5).
    #expect(gradient.values == seen.values.map { 2 * ($0 - 0.5) })
  }

  @Test func itSaysHowManyNumbersTheOraclesHave() throws {
    let (tensorFlow, pyTorch) = (try TensorFlowOracleTests.cases(), try PyTorchOracleTests.cases())
    let numbers = tensorFlow.reduce(0) { $0 + $1.x.count } + pyTorch.reduce(0) { $0 + $1.x.count }
    func grouped(_ number: Int) -> String {
      "\(number / 1000),\(String("00\(number % 1000)".suffix(3)))"
    }
    let text = "\(grouped(numbers)) numbers in \(grouped(tensorFlow.count + pyTorch.count)) cases"
    #expect(String(decoding: try AtomicFile.read("\(Checkout.root)/README.md"), as: UTF8.self).contains(text))
  }

  @Test func theSnippetIsTheReadmes() throws { try Checkout.expectReadmeToShow(#filePath) }
}
