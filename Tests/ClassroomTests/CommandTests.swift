import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing
import Weaver

/// The command as far as nothing has to be built.
@Suite struct CommandTests {
  private let small: SmallWorkspace
  private let qat: Command

  init() throws {
    small = try SmallWorkspace()
    qat = Command(folder: small.workspace.root)
  }

  private func expectNarrow(_ output: String) {
    #expect(!output.contains("\u{1B}"), "there is no terminal, so there is no colour")
    for line in output.split(separator: "\n") { #expect(line.terminalWidth <= 80, "\(line)") }
  }

  @Test func `the help names every command and the exit codes`() throws {
    let run = try qat("--help")
    #expect(run.status == 0)
    for name in [
      "list", "check", "watch", "progress", "hint", "solution", "reset", "quiz", "handout", "grade", "doctor",
      "data",
    ] {
      #expect(run.output.contains("\n  \(name) "))
      #expect(try qat("help", name).status == 0)
    }
    #expect(run.output.contains("Exit codes:"))
    expectNarrow(run.output)
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func `shell completion knows the exercises`(_ shell: String)
    throws
  {
    let run = try qat("--generate-completion-script", shell)
    #expect(run.status == 0 && run.output.contains("01.1") && run.output.contains("handout"))
  }

  @Test func `exercises that were not begun are reported without a build`() throws {
    let list = try qat("list")
    #expect(list.status == 0)
    #expect(list.output.split(separator: "\n").count { $0.hasPrefix("○") } == Exercise.all.count + 1)
    expectNarrow(list.output)
    let one = try qat("check", "01.1")
    #expect(one.status == 1 && one.output.contains("waits for your code in"), "\(one.output)")
    #expect(try qat("check").status == 0)
    let progress = try qat("progress")
    #expect(progress.status == 0 && progress.output.contains("0 of \(Exercise.all.count) right. Next: 01.1"))
    expectNarrow(one.output + progress.output)
  }

  @Test func `an answer with a Todo left in it counts as begun`() throws {
    let text = try small.workspace.stub(of: .scale).replacing(
      "    throw", with: "    let levels = 1 << bits\n    throw")
    try small.write(text, to: Workspace.path(of: .scale))
    let run = try qat("check", "1.1")
    #expect(run.status == 1 && run.output.hasPrefix("◐ 01.1"), "\(run.output)")
    #expect(try qat("list").output.hasPrefix("◐ 01.1"))
  }

  @Test func `a reset says where the answer is kept`() throws {
    #expect(try qat("reset", "01.1").output.contains("is the stub already"))
    try small.write("mine", to: Workspace.path(of: .scale))
    let run = try qat("reset", "01.1")
    #expect(run.status == 0 && run.output.contains("output/attempts/Ex0101-1.swift"))
    #expect(try small.read("output/attempts/Ex0101-1.swift") == "mine")
  }

  @Test func `missing and giant files are listed, and the remedy that is named works`() throws {
    try FileManager.default.removeItem(atPath: "\(small.workspace.root)/\(Workspace.path(of: .zeroPoint))")
    try small.write(String(repeating: "x", count: 300_000), to: Workspace.path(of: .quantize))
    let list = try qat("list")
    #expect(list.status == 0 && list.output.contains("∅ 01.2  the zero point: missing"), "\(list.output)")
    #expect(list.output.contains("▲ 01.3"))
    let progress = try qat("progress")
    #expect(progress.status == 0 && progress.output.contains("lesson 1  ○ ∅ ▲"), "\(progress.output)")
    let check = try qat("check")
    #expect(check.status == 1 && check.output.contains("swift run qat reset 01.2"), "\(check.output)")
    expectNarrow(list.output + progress.output + check.output)
    #expect(try qat("reset", "01.2").output.contains("was missing and is the stub again"))
    #expect(try qat("reset", "01.3").output.contains("What you wrote is in output/attempts/Ex0103-1.swift"))
    #expect(
      try qat("list").output.split(separator: "\n").count { $0.hasPrefix("○") } == Exercise.all.count + 1)
  }

  @Test func `what can be known is told before anything is built`() throws {
    try AtomicFile.createFolder("\(small.workspace.root)/ada")
    for (arguments, reason) in [
      (
        ["--csv", "missing/grades.csv"], "--csv: cannot create missing/grades.csv: No such file or directory"
      ),
      (["--json", "ada"], "--json: cannot write ada: Is a directory"),
      (["--csv", "grades", "--json", "./grades"], "name the same file"),
      (["ada/"], "named twice"),
      (["--tree", "ada/../Lessons/x"], "among the checkout's own files"),
    ] {
      let run = try qat(["grade", "ada"] + arguments)
      #expect(run.status != 0 && run.output.contains(reason), "\(run.output)")
      #expect(!run.output.contains("Building"))
    }
    #expect(!FileManager.default.fileExists(atPath: "\(small.workspace.root)/.build"))
  }

  @Test func `hints come one by one`() throws {
    let first = try qat("hint", "03.1")
    #expect(
      first.output.contains("\n1. ") && !first.output.contains("\n2. ") && first.output.contains("--count 2"))
    let all = try qat("hint", "03.1", "--count", "3")
    #expect(all.output.contains("\n3. ") && !all.output.contains("More:"))
    expectNarrow(all.output)
  }

  @Test func `a wrong call is answered with the remedy and an exit code`() throws {
    let unknown = try qat("check", "99.9")
    #expect(unknown.status == 64 && unknown.output.contains("there is no exercise 99.9; there are 01.1"))
    let hint = try qat("hint", "01.1", "--count", "4")
    #expect(hint.status == 64 && hint.output.contains("Usage: qat hint"), "\(hint.output)")
    #expect(try qat("quiz", "12").output.contains("there is no quiz 12; there are 1 to"))
    #expect(try qat("grade").status == 64)
    #expect(try qat("grade", "nobody").output.contains("nobody is no folder; name one a student"))
    let outside = try TemporaryFolder()
    let lost = try Command(folder: outside.path)("list")
    #expect(lost.status == 1 && lost.output.contains("run qat in a checkout or a handout"))
  }

  @Test func `a solution is shown to a student who gives up, unless there is none`() throws {
    let handout = try qat("solution", "01.1", "--give-up")
    #expect(handout.status == 1 && handout.output.contains("handed out without solutions"))
    let checkout = Command(folder: Checkout.root)
    let given = try checkout("solution", "01.1", "--give-up")
    #expect(given.status == 0 && given.output.contains("public static func scale"))
    // In a workspace of its own, where nothing is begun whatever the student has done.
    try small.write("public enum Solution0101 {}\n", to: "Tests/Solutions/Solution0101.swift")
    let refused = try qat("solution", "01.1")
    #expect(refused.status == 1 && refused.output.contains("or with --give-up"))
    #expect(!refused.output.contains("Solution0101"))
  }

  @Test func `a quiz gives a reason for each choice until the right one`() throws {
    let quiz = Quiz.all[0]
    let right = quiz.questions.compactMap { $0.choices.firstIndex(where: \.isRight) }.map(Quiz.letter)
    let run = try qat("quiz", "01", typing: "a\nx\n\(right[0])\n\(right[1])\n")
    #expect(run.status == 0, "\(run.output)")
    #expect(run.output.contains("No. 16 is the number of levels."))
    #expect(run.output.contains("Type one of the letters a to d"))
    #expect(run.output.contains("Right. 16 levels have 15 steps"))
    expectNarrow(run.output.replacing("> ", with: ""))  // what is typed ends that line
    let left = try qat("quiz", "lesson-01", typing: "a\n")
    #expect(left.status == 1 && left.output.contains("was not finished"))
    let all = try qat("quiz", "1", "--reasons")
    #expect(all.status == 0 && all.output.contains("Right. ") && all.output.contains("No. "))
  }

  @Test func `the manifest of a handout has no solutions`() throws {
    let target = try TemporaryFolder()
    let run = try Command(folder: Checkout.root)("handout", target.path + "/class")
    #expect(run.status == 0, "\(run.output)")
    let environment = ProcessInfo.processInfo.environment
    let dump = try Confinement.build(seconds: 300).run(
      "/usr/bin/env", ["swift", "package", "dump-package"], environment: environment,
      in: target.path + "/class")
    #expect(dump.end == .exit(0), "\(String(decoding: dump.error, as: UTF8.self))")
    let manifest = String(decoding: dump.output, as: UTF8.self)
    #expect(manifest.contains("\"ExerciseTests\""))
    for name in ["Solutions", "SolutionTests", "ClassroomTests"] {
      #expect(!manifest.contains("\"\(name)\""))
    }
    #expect(try Command(folder: Checkout.root)("handout", target.path + "/class").status == 1)
  }
}
