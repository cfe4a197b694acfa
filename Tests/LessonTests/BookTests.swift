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

  private static func text(_ path: String) throws -> String {
    String(decoding: try AtomicFile.read("\(Checkout.root)/\(path)"), as: UTF8.self)
  }

  /// A lesson's source, in which sentences go on from line to line.
  private static func prose(_ path: String) throws -> String {
    try text(path).replacing("\n//:", with: "")
  }

  /// The words of a row of the results of lesson 11 at 4 bits, the second of its three widths: mean, ±, deviation.
  private static func wordsAtFourBits(_ row: String, in results: String) throws -> [Substring] {
    let cells = try #require(results.split(separator: "\n").first { $0.hasPrefix("| \(row) |") })
      .split(separator: "|")
    return cells[cells.count - 2].split(separator: " ")
  }

  @Test func `the last page quotes the results on MNIST as their page has them`() throws {
    let results = try Self.text("Documentation/Results.md")
    let row = try #require(
      results.firstMatch(
        of: /\| W2A2 \| [\d.]+ ± [\d.]+ \| ([\d.]+) ± [\d.]+ \| [\d.]+ ± [\d.]+ \| ([\d.]+) ±/))
    let page = try Self.prose("Lessons/the-end/main.swift")
    #expect(page.contains("reads \(row.2) % where floats read \(row.1) %"))
  }

  @Test func `the last page quotes the results of lesson 11 as their page has them`() throws {
    let results = try Self.text("Documentation/Results.md")
    func mean(_ row: String) throws -> Substring {
      try #require(try Self.wordsAtFourBits(row, in: results).first)
    }
    let page = try Self.prose("Lessons/the-end/main.swift")
    let quoted = [try mean("nearest codes"), try mean("all in sequence"), try mean("trained, learned steps")]
    #expect(page.contains("nearest codes read \(quoted[0]) %, these tools in sequence \(quoted[1]) %"))
    #expect(page.contains("training \(quoted[2]) %, where floats read \(try mean("floats")) %"))
  }

  @Test func `lesson 11 quotes its results over several seeds as their page has them`() throws {
    let results = try Self.text("Documentation/Results.md")
    func spread(_ row: String) throws -> String {
      try Self.wordsAtFourBits(row, in: results).joined(separator: " ")
    }
    let page = try Self.prose("Lessons/lesson-11/main.swift")
    let (nearest, clipped) = (try spread("nearest codes"), try spread("clipped by squared error"))
    #expect(page.contains("code, they read \(nearest) %, the mean and the standard deviation over the five"))
    #expect(page.contains("clipped by squared error they read \(clipped) %"))
    let both = try #require(
      results.firstMatch(
        of: /([\d.]+ ± [\d.]+) % at 3, without clipping [\d.]+ ± [\d.]+ % and ([\d.]+ ± [\d.]+) %/))
    #expect(page.contains("reads \(both.1) %, and without clipping \(both.2) %"))
  }

  @Test
  func `claims are looked for in the lessons that are named, and a lesson that breaks down is a failure`()
    throws
  {
    let one = try book("claims", "lesson-02", "--seeds", "3", "--no-avx2", "--root", "checkout")
    #expect(one.status == 0 && one.output == "1 run: all claims held\n", "\(one.output)")
    let both = try book("claims", "lesson-02", "--seeds", "3,4", "--jobs", "2", "--root", "checkout")
    #expect(both.status == 0 && both.output == "4 runs: all claims held\n", "\(both.output)")
    for wrong in [["--seeds", "3-1"], ["--jobs", "0"], ["lesson-99"]] {
      let run = try Executables.builtWithTests.run(
        "book", ["claims", "--root", "checkout"] + wrong, in: folder)
      #expect(run.status == 64, "\(wrong): \(run.output)")
    }
    let lost = try Executables.builtWithTests.run(
      "book", ["claims", "lesson-04", "--seeds", "1", "--no-avx2", "--root", "checkout"], in: folder,
      environment: ["QAT_DATA": "nowhere"])
    #expect(lost.status == 1 && lost.output.contains("lesson-04, smoke, seed 1: did not come to its end: "))
  }

  @Test func `book check reads the checkout that the caller named`() throws {
    let run = try book("check", "--root", "checkout")
    #expect(run.output.contains("lesson-01: ") && run.output.contains("contents: "), "\(run.output)")
  }
}
