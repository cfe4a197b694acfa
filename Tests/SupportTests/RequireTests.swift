import Support
import Testing

@Suite struct RequireTests {
  @Test func `a false condition stops the program with its message, file and line`() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      checkKernel(dimensions: 3)
    }
    #expect(
      result.said(
        "SupportTests/RequireTests.swift:\(checkedLine): Fatal error: a kernel has 2 dimensions; got 3"))
  }

  @Test func `a true condition never evaluates its message`() {
    var built = 0
    func message() -> String {
      built += 1
      return ""
    }
    require(1 + 1 == 2, message())
    #expect(built == 0)
  }
}

private let checkedLine = #line + 2
private func checkKernel(dimensions: Int) {
  require(dimensions == 2, "a kernel has 2 dimensions; got \(dimensions)")
}

extension ExitTest.Result? {
  /// Whether a child process wrote this message to standard error.
  func said(_ message: String) -> Bool {
    String(decoding: self?.standardErrorContent ?? [], as: UTF8.self).contains(message)
  }
}
