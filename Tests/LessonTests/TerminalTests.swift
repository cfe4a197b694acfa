import Foundation
import Support
import TestSupport
import Testing
import Weaver

/// A lesson in front of a reader: in a terminal of 80 columns, with the options for reading.
@Suite struct TerminalTests {
  private static let prompt = "Your prediction (Enter goes on):"

  private func bare(_ text: some StringProtocol) -> String {
    String(text).replacing(/\u{1B}\[[0-9;]*m/, with: "")
  }

  @Test(arguments: [["--color", "always"], ["--color", "never"], []])
  func `no line is wider than a terminal of 80 columns`(_ arguments: [String]) throws {
    let run = try PseudoTerminal("lesson-04", arguments)
    #expect(run.status == 0 && run.lines.count > 300)
    #expect(run.output.contains("\u{1B}[") == (arguments != ["--color", "never"]))
    // Each state of a line that progress draws again.
    for line in run.lines.flatMap({ $0.split(separator: "\r") }) {
      #expect(bare(line).terminalWidth <= 80, "\(line)")
    }
  }

  @Test func `a lesson that pauses shows predictions beside the answers, and the same text otherwise`() throws
  {
    let run = try PseudoTerminal(
      "lesson-01", ["--pause", "--color", "never"], prompt: Self.prompt,
      typed: ["maybe\u{1B}[31m", "", "third"])
    #expect(run.status == 0)
    let questions = run.output.ranges(of: "Predict:").count
    #expect(questions >= 3 && run.output.ranges(of: Self.prompt).count == questions)
    #expect(run.output.contains("\n    You predicted: maybe[31m\n"))
    #expect(run.output.contains("\n    You predicted: third\n"))
    #expect(run.output.ranges(of: "You predicted").count == 2)
  }

  /// In an exit test, as tests may run where Ctrl-C is ignored.
  @Test func `Ctrl-C at a question ends the lesson`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let run = try PseudoTerminal(
        "lesson-01", ["--pause", "--color", "never"], prompt: "Your prediction (Enter goes on):", typed: [nil]
      )
      #expect(run.wasInterrupted && run.status == SIGINT)
      #expect(run.output.ranges(of: "Your prediction").count == 1)
    }
  }

  @Test func `a lesson that is to pause without a terminal says so and goes on`() async throws {
    let arguments = ["--profile", "smoke", "--pause", "--section", "1", "--out"]
    let folder = try TemporaryFolder()
    let run = try Executables.builtWithTests.run("lesson-01", arguments + [folder.path], in: Checkout.root)
    #expect(run.status == 0 && !run.output.contains(Self.prompt))
    #expect(run.output.contains("--pause: no terminal to type at"))
  }

  @Test func `a pager shows the lesson in colour, and the exit code stays the lesson's`() throws {
    let paged = try PseudoTerminal(
      "lesson-01", ["--pager", "--section", "1"], environment: ["PAGER": "sed 's/^/> /'"])
    let plain = try PseudoTerminal("lesson-01", ["--section", "1"])
    #expect(paged.status == 0 && plain.status == 0)
    #expect(paged.output.contains("\u{1B}["))
    // Figures are in another folder in each run.
    func text(_ run: PseudoTerminal, _ mark: String) -> [String] {
      run.lines.dropLast().map { String($0.dropFirst(mark.count)) }.filter { !$0.contains("→ /") }
    }
    #expect(text(paged, "> ") == text(plain, ""))
    let failing = try PseudoTerminal(
      "lesson-01", ["--pager", "--section", "nowhere"], environment: ["PAGER": "cat"])
    #expect(failing.status == 1 && failing.output.contains("--section nowhere: no section has that"))
  }

  @Test func `a lesson ends without complaint when the reader leaves the pager`() throws {
    let run = try PseudoTerminal(
      "lesson-01", ["--pager", "--color", "never"], environment: ["PAGER": "head -3"])
    #expect(run.status == 0 && run.lines.filter { !$0.isEmpty }.count <= 3, "\(run.output)")
  }

  @Test func `a pager that is not there is named`() throws {
    let run = try PseudoTerminal("lesson-01", ["--pager"], environment: ["PAGER": "no-such-pager"])
    #expect(run.status == 1 && run.output.contains("--pager: `no-such-pager` cannot be run"), "\(run.output)")
  }

  @Test func `without a terminal a lesson needs no pager`() async throws {
    let folder = try TemporaryFolder()
    let run = try Executables.builtWithTests.run(
      "lesson-01", ["--pager", "--profile", "smoke", "--section", "1", "--out", folder.path],
      in: Checkout.root,
      environment: ["PAGER": "no-such-pager"])
    #expect(run.status == 0 && run.output.contains("│ "))
  }

  @Test(arguments: [
    (["--pause", "--pager"], "choose one"), (["--out", "figures", "--update-book"], "choose one"),
  ])
  func `options that exclude each other are refused`(_ arguments: [String], _ message: String) throws {
    let run = try Executables.builtWithTests.run("lesson-01", arguments, in: Checkout.root)
    #expect(run.status == 64 && run.output.contains(message), "\(run.output)")
  }

  @Test func `a quiet lesson says nothing in a terminal, though it trains`() throws {
    #expect(try PseudoTerminal("lesson-04", ["--quiet"]).output.isEmpty)
  }

  @Test func `a lesson leaves the book as it was, draws beside the build and prints where`() throws {
    func book() throws -> [String: [UInt8]] {
      let folder = "\(Checkout.root)/output/lesson-01"
      let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      return try Dictionary(uniqueKeysWithValues: files.map { ($0, try AtomicFile.read("\(folder)/\($0)")) })
    }
    let before = try book()
    let elsewhere = try TemporaryFolder()
    let arguments = ["--profile", "smoke", "--color", "never"]
    let run = try Executables.builtWithTests.run("lesson-01", arguments, in: elsewhere.path)
    #expect(run.status == 0)
    let path = "\(Checkout.root)/.build/figures/lesson-01/fig-fence.png"
    #expect(run.output.contains("→ \(path)\n"))
    #expect(FileManager.default.fileExists(atPath: path))
    #expect(try book() == before)
    #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
    let inside = try Executables.builtWithTests.run("lesson-01", arguments, in: Checkout.root)
    #expect(inside.output.contains("→ .build/figures/lesson-01/fig-fence.png\n"))
  }

  @Test func `the help of a lesson fits the terminal`() throws {
    let help = try PseudoTerminal("lesson-01", ["--help"])
    #expect(help.status == 0 && help.output.contains("--update-book"))
    for line in help.lines { #expect(line.terminalWidth <= 80, "\(line)") }
  }
}
