import Charting
import Foundation
import Support
import TestSupport
import Testing
import Weaver

/// Figures for documents, and their provenance.
@Suite struct FigureTests {
  private func book(_ arguments: String...) throws -> Executables.Outcome {
    try Executables.builtWithTests.run("book", arguments, in: Checkout.root)
  }

  @Test(arguments: ["png", "svg", "pdf"]) func `a single figure is drawn in the wanted format`(
    _ format: String
  ) throws {
    let folder = try TemporaryFolder()
    let run = try book(
      "figures", "lesson-01", "--only", "fig-fence", "--to", folder.path, "--format", format, "--profile",
      "smoke")
    #expect(run.status == 0, "\(run.output)")
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/lesson-01")
    #expect(files == ["fig-fence.\(format)"])
    guard format == "png" else { return }
    let why = try book("why", "\(folder.path)/lesson-01/fig-fence.png")
    #expect(why.status == 0, "\(why.output)")
    #expect(why.output.contains("Source: Lessons/lesson-01/main.swift:"))
    #expect(why.output.contains("Seed: 1, profile smoke") && why.output.contains("fresh: "))
    // A folder that is no checkout, and a checkout without that lesson.
    let figure = "\(folder.path)/lesson-01/fig-fence.png"
    let elsewhere = try book("why", figure, "--root", folder.path)
    #expect(
      elsewhere.status == 1 && elsewhere.output.contains("not compared: \(folder.path) has no Lessons folder")
    )
    try AtomicFile.createFolder("\(folder.path)/Lessons")
    let later = try book("why", figure, "--root", folder.path)
    #expect(later.status == 1 && later.output.contains("stale: there is no Lessons/lesson-01/main.swift"))
  }

  @Test func `a figure that no lesson has is refused`() throws {
    let run = try book("figures", "--only", "fig-nothing")
    #expect(run.status == 64 && run.output.contains("no lesson has a figure called fig-nothing"))
  }

  @Test func `a figure of another main or Figures file is stale`() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.createFolder("\(folder.path)/Lessons/lesson-01")
    try AtomicFile.write(text: "//: # 1. A title\n", to: "\(folder.path)/Lessons/lesson-01/main.swift")
    let verifier = BookVerifier(root: folder.path)
    var figure = Provenance(source: "Lessons/lesson-01/main.swift:9", inputs: "sha256 0")
    #expect(
      verifier.problem(about: figure)?.contains(
        "stale: Lessons/lesson-01/main.swift or its Figures.swift has changed")
        == true)
    figure.inputs = "sha256 \(SHA256.hex("//: # 1. A title\n".utf8))"
    #expect(verifier.problem(about: figure) == nil)
    let functions = "func chart() -> Chart { Chart(marks: []) }\n"
    try AtomicFile.write(text: functions, to: "\(folder.path)/Lessons/lesson-01/Figures.swift")
    #expect(verifier.problem(about: figure)?.contains("or its Figures.swift has changed") == true)
    figure.inputs = "sha256 \(SHA256.hex(("//: # 1. A title\n" + functions).utf8))"
    #expect(verifier.problem(about: figure) == nil)
    figure.source = "/etc/passwd:1"
    #expect(verifier.problem(about: figure)?.contains("does not say which lesson") == true)
  }
}
