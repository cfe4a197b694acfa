import ExerciseKit
import Foundation
import Support

/// A checkout or a handout, as the classroom sees it: attempts, stubs, and solutions where there are any.
package struct Workspace: Hashable, Sendable {
  /// Its folder, as an absolute path.
  package let root: String

  /// The folder of the attempts, from the root.
  package static let exercises = "Lessons/Exercises"
  /// The folder of the untouched stubs, from the root.
  package static let stubs = "Lessons/Exercises/Stubs"
  /// The folder of the reference solutions, from the root; a handout has none.
  package static let solutions = "Tests/Solutions"
  /// The largest file that is taken for an answer, in bytes.
  package static let sizeLimit = 1 << 18

  /// Takes a folder for a workspace, unseen.
  package init(root: String) { self.root = URL(fileURLWithPath: root).standardizedFileURL.path }

  /// Finds the workspace that a folder lies in.
  ///
  /// - Throws: `ClassroomError` if neither the folder nor one above it is a workspace.
  package init(around folder: String = ".") throws(ClassroomError) {
    var place = URL(fileURLWithPath: folder).standardizedFileURL
    while !FileManager.default.fileExists(atPath: place.path + "/" + Self.stubs) {
      guard place.path != "/" else {
        throw ClassroomError(
          "there is no \(Self.exercises) in \(folder) or above it; run qat in a checkout or a handout")
      }
      place.deleteLastPathComponent()
    }
    root = place.path
  }

  /// Where the attempt at an exercise stands, from the root.
  package static func path(of exercise: Exercise) -> String { "\(exercises)/\(exercise.typeName).swift" }

  /// The attempt at an exercise.
  ///
  /// - Throws: `FileError` if it cannot be read, or is larger than any answer.
  package func attempt(at exercise: Exercise) throws(FileError) -> String {
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

  /// The reference solution of an exercise, without the wrong answers that stand behind it.
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

  /// What can be said of an attempt without running it: not begun, begun, or nil for one that has to be run.
  ///
  /// - Throws: `FileError` if the attempt or its stub cannot be read.
  package func status(of exercise: Exercise) throws(FileError) -> ExerciseStatus? {
    let text = try attempt(at: exercise)
    if text == (try stub(of: exercise)) { return .notBegun }
    return exercise.isUnsolved(in: text) ? .begun : nil
  }

  private func text(_ path: String) throws(FileError) -> String {
    String(decoding: try AtomicFile.read("\(root)/\(path)", limit: Self.sizeLimit), as: UTF8.self)
  }
}
