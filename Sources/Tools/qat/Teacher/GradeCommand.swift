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
      Ex*.swift are used; everything else comes from a copy of this checkout, which is built once. Answers run with \
      limits on time, memory and files, in an empty folder, and on Linux, where the system allows it, without a \
      network and without the right to write anywhere else. Compiling them is limited in time alone.

      That protects from accidents and from curiosity. It does not hide your files from code that reads them, nor \
      does it stop an answer that was written to forge its own verdict: look at what seems too good.
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
    for folder in folders {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue else {
        throw ValidationError("\(folder) is no folder; name one a student, such as handed-in/*/")
      }
    }
  }

  func run() throws {
    let workspace = try Workspace()
    var grader = try Grader(workspace, copy: tree ?? "\(workspace.root)/.build/grading")
    (grader.seconds, grader.buildSeconds) = (seconds, buildSeconds)
    remark("Building a pristine copy. The first time, this takes a minute or two.")
    try grader.prepare()
    var grades: [Grade] = []
    for folder in folders {
      let grade = try grader.grade(Submission(folder, workspace: workspace))
      grades.append(grade)
      // Each grade is on the disk at once, in case one of the next takes long.
      if let csv { try AtomicFile.write(text: grades.csv, to: csv) }
      if let json { try AtomicFile.write(text: grades.json(), to: json) }
      show(grade)
    }
    if !grades.allSatisfy(\.wasIsolated) {
      remark("This system gave the answers a network and the right to write: see swift run qat doctor.")
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
