import Support
import Testing

@Suite struct RequireTests {
  @Test func aFalseConditionStopsWithItsMessageAndPlace() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      checkKernel(dimensions: 3)
    }
    #expect(
      result.said(
        "SupportTests/RequireTests.swift:\(checkedLine): Fatal error: a kernel has 2 dimensions; got 3"))
  }

  @Test func aTrueConditionNeverBuildsItsMessage() {
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
  /// Whether a child process said something on its way out.
  func said(_ message: String) -> Bool {
    String(decoding: self?.standardErrorContent ?? [], as: UTF8.self).contains(message)
  }
}
