import ExerciseKit
import Foundation
import Support

/// A checkout or a handout, as the classroom sees it: answers, stubs, and solutions if there are any.
package struct Workspace: Hashable, Sendable {
  /// The folder, as an absolute path.
  package let root: String

  /// The folder of the answers, from the root.
  package static let exercises = "Lessons/Exercises"
  /// The folder of the untouched stubs, from the root.
  package static let stubs = "Lessons/Exercises/Stubs"
  /// The folder of the reference solutions, from the root; a handout has none.
  package static let solutions = "Tests/Solutions"
  /// The folder for answers that were reset and for students' pictures, from the root; git ignores it.
  package static let keptAnswers = "output/attempts"
  /// The largest file that is read as an answer, in bytes.
  package static let sizeLimit = 1 << 18

  /// Creates the workspace in a folder, which is not looked at.
  package init(root: String) { self.root = URL(fileURLWithPath: root).standardizedFileURL.path }

  /// Finds the workspace that contains a folder.
  ///
  /// - Throws: `ClassroomError` if neither the folder nor one above it is a workspace.
  package init(around folder: String = ".") throws(ClassroomError) {
    var candidate = URL(fileURLWithPath: folder).standardizedFileURL
    while !FileManager.default.fileExists(atPath: candidate.path + "/" + Self.stubs) {
      guard candidate.path != "/" else {
        throw ClassroomError(
          "there is no \(Self.exercises) in \(folder) or above it; run qat in a checkout or a handout")
      }
      candidate.deleteLastPathComponent()
    }
    root = candidate.path
  }

  /// The path of the answer to an exercise, from the root.
  package static func path(of exercise: Exercise) -> String { "\(exercises)/\(exercise.typeName).swift" }

  /// The answer to an exercise.
  ///
  /// - Throws: `FileError` if it cannot be read, or is larger than any answer.
  package func answer(to exercise: Exercise) throws(FileError) -> String {
    try text(Self.path(of: exercise))
  }

  /// The untouched stub of an exercise.
  ///
  /// - Throws: `FileError` if it cannot be read.
  package func stub(of exercise: Exercise) throws(FileError) -> String {
    try text("\(Self.stubs)/\(exercise.typeName).stub")
  }

  /// True unless this is a handout.
  package var hasSolutions: Bool { FileManager.default.fileExists(atPath: "\(root)/\(Self.solutions)") }

  /// The reference solution of an exercise, without the wrong answers behind it.
  ///
  /// - Throws: `ClassroomError` in a handout, `FileError` if the file cannot be read.
  package func solution(of exercise: Exercise) throws -> String {
    guard hasSolutions else {
      throw ClassroomError(
        "this copy was handed out without solutions; ask whoever gave it to you, or see "
          + "swift run qat hint \(exercise.id) --count 3")
    }
    let name = exercise.typeName.replacing("Ex", with: "Solution")
    let whole = try text("\(Self.solutions)/\(name).swift")
    let end = whole.firstRange(of: "\n/// Wrong answers")?.lowerBound ?? whole.endIndex
    return String(whole[..<end])
  }

  /// The status of an answer as far as its text shows it: not begun, begun, or nil for an answer that has to be run.
  ///
  /// - Throws: `FileError` if the answer or its stub cannot be read.
  package func status(of exercise: Exercise) throws(FileError) -> ExerciseStatus? {
    let text = try answer(to: exercise)
    if text == (try stub(of: exercise)) { return .notBegun }
    return exercise.isUnsolved(in: text) ? .begun : nil
  }

  private func text(_ path: String) throws(FileError) -> String {
    String(decoding: try AtomicFile.read("\(root)/\(path)", limit: Self.sizeLimit), as: UTF8.self)
  }
}

// MARK: - Putting a stub back

extension Workspace {
  /// Puts the stub of an exercise back and keeps a copy of the answer.
  ///
  /// The copy is written first, under a name that no file has yet: whatever happens, the answer is not lost.
  ///
  /// - Returns: The path of the copy from the root, or nil if the file was the stub already.
  /// - Throws: `FileError` if the answer cannot be read or copied, or the stub not written.
  package func reset(_ exercise: Exercise) throws(FileError) -> String? {
    let (answer, stub) = (try answer(to: exercise), try stub(of: exercise))
    if answer == stub { return nil }
    try AtomicFile.createFolder("\(root)/\(Self.keptAnswers)")
    var number = 1
    while FileManager.default.fileExists(atPath: "\(root)/\(kept(exercise, number))") { number += 1 }
    try AtomicFile.write(text: answer, to: "\(root)/\(kept(exercise, number))")
    try AtomicFile.write(text: stub, to: "\(root)/\(Self.path(of: exercise))")
    return kept(exercise, number)
  }

  private func kept(_ exercise: Exercise, _ number: Int) -> String {
    "\(Self.keptAnswers)/\(exercise.typeName)-\(number).swift"
  }
}

/// A problem that stops a command of the classroom.
package struct ClassroomError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The problem, its cause and the remedy, in one or two lines.
  package let description: String

  /// Creates an error with its text.
  package init(_ description: String) { self.description = description }
}
