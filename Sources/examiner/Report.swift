import Attempts
import Charting
import ExerciseKit
import Foundation
import Support

/// Checks an attempt and tells the student what came of it.
struct Report {
  private let attempt: Attempt
  private var exercise: Exercise { attempt.exercise }

  init(on attempt: Attempt) {
    self.attempt = attempt
  }

  /// Prints the report; true if the answer is right.
  func print() throws -> Bool {
    let file = "Lessons/Exercises/\(exercise.typeName).swift"
    let text = try AtomicFile.read(file, limit: 1 << 20)
    if exercise.isUnsolved(in: String(decoding: text, as: UTF8.self)) {
      Swift.print("○ \(exercise.id)  \(exercise.title): waits for your code in \(file)")
      return false
    }
    let findings = try findings()
    if findings.isEmpty {
      Swift.print("✓ \(exercise.id)  \(exercise.title): right")
      return true
    }
    for finding in findings { try show(finding) }
    return false
  }

  /// Runs the answer in a child process first, and here once it is known to end.
  private func findings() throws -> [Finding] {
    let child = Process()
    child.executableURL = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    child.arguments = ["--child", exercise.id]
    let pipe = Pipe()
    child.standardError = pipe
    child.standardOutput = FileHandle.nullDevice
    try child.run()
    let errors = Array(pipe.fileHandleForReading.readDataToEndOfFile())
    child.waitUntilExit()
    if child.terminationReason == .exit, child.terminationStatus == Sandbox.finished {
      do {
        return try attempt.check()
      } catch {
        return [
          Finding(
            "threw", observation: "Your code threw an error: \(error)",
            likelyCause: "Every question of this exercise has an answer; return it.",
            section: exercise.section)
        ]
      }
    }
    let signal = child.terminationReason == .uncaughtSignal ? child.terminationStatus : nil
    return [Sandbox.finding(for: exercise, endedBy: signal, standardError: errors)]
  }

  private func show(_ finding: Finding) throws {
    Swift.print("✗ \(exercise.id)  \(exercise.title)\n")
    for line in finding.description.split(separator: "\n") { Swift.print("  \(line)") }
    if let figure = finding.figure {
      let folder = "output/attempts"
      let path = "\(folder)/\(exercise.id)-\(finding.id).png"
      try AtomicFile.createFolder(folder)
      try figure.write(png: path)
      Swift.print("  Look at \(path)")
    }
    Swift.print("\n  Stuck? swift run qat hint \(exercise.id)")
  }
}
