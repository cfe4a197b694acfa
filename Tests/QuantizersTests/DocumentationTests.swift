import Support
import TestSupport
import Testing

/// The numbers of oracle cases in the documentation.
@Suite struct DocumentationTests {
  @Test func `the documentation says how many numbers the oracles have`() throws {
    let (tensorFlow, pyTorch) = (try TensorFlowOracleTests.cases(), try PyTorchOracleTests.cases())
    let numbers = tensorFlow.reduce(0) { $0 + $1.x.count } + pyTorch.reduce(0) { $0 + $1.x.count }
    func grouped(_ count: Int) -> String {
      "\(count / 1000),\(String("00\(count % 1000)".suffix(3)))"
    }
    let text = "\(grouped(numbers)) numbers in \(grouped(tensorFlow.count + pyTorch.count)) cases"
    let page = try AtomicFile.read("\(Checkout.root)/Documentation/DifferencesFromTFMOT.md")
    #expect(String(decoding: page, as: UTF8.self).contains(text))
  }
}
