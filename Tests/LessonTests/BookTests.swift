import Foundation
import Support
import TestSupport
import Testing
import Weaver

/// The `book` command, called from another folder than the checkout.
@Suite final class BookTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/swift-qat-\(UUID())"

  init() throws {
    try AtomicFile.createFolder(folder)
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder)/checkout", withDestinationPath: Checkout.root)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func book(_ arguments: String...) throws -> Executables.Outcome {
    try Executables.builtWithTests.run("book", arguments, in: folder)
  }

  @Test func `a chapter and its figures are written where the caller said`() throws {
    let run = try book("weave", "lesson-01", "--profile", "smoke", "--root", "checkout", "--to", "written")
    #expect(run.status == 0, "\(run.output)")
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/written/lesson-01")
    #expect(files.contains("README.md"))
    #expect(files.contains { $0.hasPrefix("fig-") && $0.hasSuffix(".png") })
    #expect(!FileManager.default.fileExists(atPath: "\(Checkout.root)/written"))
  }

  @Test func `data is read from where the caller said`() throws {
    let run = try book(
      "figures", "lesson-01", "--profile", "smoke", "--root", "checkout", "--data", "mnist", "--to", "drawn")
    #expect(run.status != 0)
    #expect(run.output.contains("\(URL(fileURLWithPath: folder).lastPathComponent)/mnist"), "\(run.output)")
  }

  @Test func `book check reads the checkout that the caller named`() throws {
    let run = try book("check", "--root", "checkout")
    #expect(run.output.contains("lesson-01: ") && run.output.contains("contents: "), "\(run.output)")
  }
}
