import Foundation
import Support
import TestSupport
import Testing
import Weaver

/// Figures for the documents of others: drawn by list and style, and found when they are stale.
@Suite struct DocumentFigureTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func book(_ arguments: String...) throws -> Executables.Outcome {
    try Executables.builtWithTests.run("book", arguments + ["--root", Checkout.root], in: folder.path)
  }

  @Test func `figures are drawn by list, and found stale by what their files tell`() throws {
    _ = try folder.write(
      Array("# for chapter 2\nlesson-01/fig-fence\nfig-line # the line\n".utf8), as: "list.txt")
    for format in ["svg", "pdf", "png"] {
      let run = try book(
        "figures", "lesson-01", "--profile", "smoke", "--list", "list.txt", "--format", format, "--theme",
        "dark",
        "--width", "9", "--font-size", "8", "--to", "pictures")
      #expect(run.status == 0, "\(run.output)")
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/pictures/lesson-01")
    #expect(
      files.sorted()
        == ["fence", "line"].flatMap { name in ["pdf", "png", "svg"].map { "fig-\(name).\($0)" } })
    let fresh = try book("check", "--figures", "pictures")
    #expect(fresh.status == 0 && fresh.output == "6 fresh, 0 stale\n", "\(fresh.output)")

    // Another source would have another digest.
    for file in ["fig-line.svg", "fig-line.pdf"] {
      let path = "\(folder.path)/pictures/lesson-01/\(file)"
      let bytes = try Data(AtomicFile.read(path))
      let digest = try #require(bytes.range(of: Data("Inputs: sha256 ".utf8), options: .backwards))
      var changed = bytes
      changed[digest.upperBound] ^= 1
      try AtomicFile.write(changed, to: path)
    }
    // Files of others are passed over, under whatever name.
    _ = try folder.write(Array("<svg/>".utf8), as: "pictures/logo.svg")
    _ = try folder.write(Array("no picture".utf8), as: "pictures/logo.png")
    let stale = try book("check", "--figures", "pictures")
    #expect(stale.status == 1 && stale.output.hasSuffix("\n4 fresh, 2 stale\n"), "\(stale.output)")
    #expect(stale.output.contains("pictures/lesson-01/fig-line.pdf: stale: Lessons/lesson-01/main.swift"))
    #expect(stale.output.contains("draw it again with `swift run book figures`"))
  }

  @Test func `a folder without figures of lessons, or none at all, is no success`() throws {
    _ = try folder.write(Array("text".utf8), as: "a.png")
    let none = try book("check", "--figures", ".")
    #expect(none.status == 1 && none.output.contains("has no figure that a lesson drew"))
    #expect(try book("check", "--figures", "missing").status == 64)
  }

  @Test func `a figure or a size that cannot be is refused before a lesson runs`() throws {
    for (arguments, message) in [
      (["--only", "fig-line,lesson-02/fig-line"], "called lesson-02/fig-line"),
      (["--only", " , "], "--only names no figure"), (["--width", "1"], "--width 1.0"),
      (["--font-size", "99"], "--font-size 99.0"),
    ] {
      let run = try Executables.builtWithTests.run(
        "book", ["figures", "--root", Checkout.root] + arguments, in: folder.path)
      #expect(run.status == 64 && run.output.contains(message), "\(run.output)")
    }
  }

  @Test func `a missing pandoc is named before anything is done`() throws {
    let run = try Executables.builtWithTests.run(
      "book", ["site", "--root", Checkout.root, "--to", "site"], in: folder.path,
      environment: ["PATH": "/nowhere"])
    #expect(run.status == 1 && run.output.contains("apt-get install pandoc"), "\(run.output)")
    #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/site"))
  }
}
