import ArgumentParser
import Classroom
import ExerciseKit
import Foundation
import Support

/// Grades submissions.
struct GradeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grade", abstract: "Checks what students handed in and writes a table.",
    discussion: """
      A folder a student: a copy of the package, its Lessons/Exercises, or a folder around one of these. Only the files \
      Ex*.swift are used; everything else comes from a copy of this checkout, which is built once. Who was graded \
      before and has changed nothing keeps the grade, so that an interrupted run goes on where it was. Answers run with \
      limits on time, memory, processes and files, in a folder of their own. Where bubblewrap works (swift run qat doctor \
      says so), they and the compiler see no file of yours, no other process, no network and no terminal.

      An answer's process gives what the answer returned, and this one compares, so that an answer cannot write its \
      own verdict. It may still know the questions by heart: look at what seems too good.
      """)

  @Argument(help: "The folders handed in, one a student.", completion: .directory)
  var folders: [String]

  @Option(
    help: ArgumentHelp("Write the table here, for a spreadsheet.", valueName: "file"), completion: .file())
  var csv: String?

  @Option(
    help: ArgumentHelp("Write everything here, with every finding.", valueName: "file"), completion: .file())
  var json: String?

  @Option(help: ArgumentHelp("How long an answer may compute.", valueName: "seconds"))
  var seconds = 5

  @Option(help: ArgumentHelp("How long one student's build may take.", valueName: "seconds"))
  var buildSeconds = 300

  @Flag(help: "Grade everybody anew, those too who were graded before and have changed nothing.")
  var fresh = false

  @Option(
    help: ArgumentHelp(
      "The folder of the copy that is built. (default: .build/grading)", valueName: "folder"),
    completion: .directory)
  var tree: String?

  func validate() throws {
    guard !folders.isEmpty else { throw ValidationError("name the folders that were handed in") }
    for (option, value) in [("--seconds", seconds), ("--build-seconds", buildSeconds)] {
      guard (1...3600).contains(value) else { throw ValidationError("\(option) is 1 to 3600; got \(value)") }
    }
    do { _ = try classList() } catch { throw ValidationError("\(error)") }
    for (option, path) in [("--csv", csv), ("--json", json)] {
      guard let path else { continue }
      do { try AtomicFile.refuseUnwritable(path) } catch { throw ValidationError("\(option): \(error)") }
    }
    if let csv, let json, isSame(csv, json) {
      throw ValidationError("--csv and --json name the same file, \(json); name two")
    }
  }

  func run() throws {
    let workspace = try Workspace()
    let copy = tree ?? "\(workspace.root)/.build/grading"
    var grader = try Grader(workspace, copy: copy) {
      remark(
        "Another qat grade works in \(copy); waiting for it. With --tree FOLDER this one has its own copy.")
    }
    (grader.seconds, grader.buildSeconds, grader.isFresh) = (seconds, buildSeconds, fresh)
    remark("Building a pristine copy. The first time, this takes a minute or two.")
    try grader.prepare()
    let entries = try classList().entries
    var (grades, kept): ([Grade], Int) = ([], 0)
    try grader.grade(entries.count) { index in
      try Submission(entries[index].folder, as: entries[index].student, workspace: workspace)
    } each: { results in
      grades += results.map(\.grade)
      kept += results.count { $0.isKept }
      // Grades are on the disk at once, in case the next ones take long.
      try write(grades, isLast: false)
      for result in results { show(result.grade) }
    }
    try write(grades, isLast: true)
    if kept > 0 {
      remark(
        "\(kept) of \(grades.count) have the grade of an equal hand-in from before; --fresh grades all again."
      )
    }
    if let walls = grades.map(\.walls).min(), walls < .bubblewrap {
      remark("The answers ran with \(walls.description): see swift run qat doctor.")
    }
    if let obstacle = grader.compilerObstacle {
      remark("The compiler ran with limits alone, not in a sandbox: \(obstacle).")
    }
  }

  /// The folders, as the system has their names: not each is UTF-8.
  private func classList() throws -> ClassList {
    try ClassList(BytePath.arguments(folders))
  }

  private func isSame(_ path: String, _ other: String) -> Bool {
    if case .file(let first, _)? = try? OutputPath(path), case .file(let second, _)? = try? OutputPath(other)
    {
      return URL(fileURLWithPath: first).standardizedFileURL
        == URL(fileURLWithPath: second).standardizedFileURL
    }
    return false
  }

  /// Writes the grades so far; into a pipe or a device, which keeps what is written, only the last ones.
  private func write(_ grades: [Grade], isLast: Bool) throws {
    if let csv, try OutputPath(csv).isStream == isLast { try AtomicFile.write(text: grades.csv, to: csv) }
    if let json, try OutputPath(json).isStream == isLast {
      try AtomicFile.write(text: grades.json(), to: json)
    }
  }

  private func show(_ grade: Grade) {
    let signs = grade.lines.map { TerminalLayout.output.sign($0.status) }.joined()
    print("\(signs)  \(grade.right) of \(grade.lines.count)  \(grade.student)")
    for remark in grade.remarks { TerminalLayout.output.wrapped(remark, indent: 4).forEach { print($0) } }
    fflush(nil)
  }
}

/// Prints a remark on standard error, such as that something takes a while; it appears at once.
private func remark(_ text: String) { StandardStream.error.write("\(text)\n") }

/// Makes a copy of the package for students.
struct HandoutCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "handout", abstract: "Copies the package without the solutions, with fresh stubs.",
    discussion: """
      The copy builds and tests on its own: swift run lesson-01, swift run qat check, swift test. It has everything \
      but \(Handout.withheld.joined(separator: ", ")) and hidden folders. What was built is not copied.
      """)

  @Argument(help: "The folder for the copy: new or empty.", completion: .directory)
  var folder: String

  func run() throws {
    let count = try Handout(of: Workspace()).write(to: folder)
    print("\(folder) has \(count) files and no solutions. Try it: cd \(folder) && swift run lesson-01")
  }
}
