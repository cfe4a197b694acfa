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

  @Test(arguments: ["README.md", "lesson-01/README.md"])
  func `a page that no book wove is not overwritten, and no lesson is run for it`(_ page: String) throws {
    try AtomicFile.createFolder("\(folder)/theirs/lesson-01")
    try AtomicFile.write(text: "# My project\n", to: "\(folder)/theirs/\(page)")
    let run = try book("weave", "lesson-01", "--profile", "smoke", "--root", "checkout", "--to", "theirs")
    #expect(run.status == 1 && run.output.contains("theirs/\(page): this page was not woven by book"))
    #expect(try AtomicFile.read("\(folder)/theirs/\(page)") == Array("# My project\n".utf8))
    let left = try FileManager.default.subpathsOfDirectory(atPath: "\(folder)/theirs").count
    #expect(left == page.split(separator: "/").count + (page == "README.md" ? 1 : 0))
  }

  @Test func `a folder that QAT_DATA names and that is missing is not blamed on an option`() throws {
    let environment = ["QAT_DATA": "nowhere"]
    let lesson = try Executables.builtWithTests.run(
      "lesson-01", ["--quiet"], in: folder, environment: environment)
    #expect(lesson.status == 64 && lesson.output.contains("QAT_DATA=nowhere: there is no such folder"))
    #expect(!lesson.output.contains("--data nowhere"))
    let book = try Executables.builtWithTests.run(
      "book", ["figures", "lesson-01", "--root", "checkout"], in: folder, environment: environment)
    #expect(book.status != 0 && book.output.contains("QAT_DATA=\(folder)/nowhere"), "\(book.output)")
  }

  @Test func `a lesson refuses a file for its events that it could not write at the end`() throws {
    try AtomicFile.write(text: "", to: "\(folder)/file")
    for name in ["missing/log", "file/log", "."] {
      let run = try Executables.builtWithTests.run("lesson-01", ["--events", name], in: folder)
      #expect(run.status == 64 && run.output.contains("--events: cannot "), "\(run.output)")
    }
  }

  @Test func `book check reads the checkout that the caller named`() throws {
    let run = try book("check", "--root", "checkout")
    #expect(run.output.contains("lesson-01: ") && run.output.contains("contents: "), "\(run.output)")
  }
}
