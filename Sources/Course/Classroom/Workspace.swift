import ExerciseKit
import Foundation
import Platform
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

  /// What is found in the place of the answer to an exercise.
  package func answer(to exercise: Exercise) -> AnswerFile {
    AnswerFile(BytePath("\(root)/\(Self.path(of: exercise))"))
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

  /// The assessment of an answer as far as its file shows it; nil for an answer that has to be run.
  ///
  /// - Throws: `FileError` if the stub cannot be read.
  package func assessment(of exercise: Exercise) throws(FileError) -> Assessment? {
    switch answer(to: exercise) {
    case .problem(let status, let reason):
      return Assessment(exercise, status, because: "\(Self.path(of: exercise)) \(reason).")
    case .text(let text):
      if text.withUnixLines == (try stub(of: exercise)) { return Assessment(exercise, .notBegun) }
      return Assessment(exercise, ofText: text)
    }
  }

  private func text(_ path: String) throws(FileError) -> String {
    let bytes = try AtomicFile.read("\(root)/\(path)", limit: AnswerFile.sizeLimit)
    return String(decoding: bytes, as: UTF8.self)
  }
}

// MARK: - Putting a stub back

extension Workspace {
  /// What a reset did.
  package enum Reset: Hashable, Sendable {
    /// The file was the stub already.
    case wasStub
    /// There was no file, and now there is the stub.
    case wasMissing
    /// What was there is kept at this path from the root.
    case kept(String)
  }

  /// Puts the stub of an exercise back and keeps what was in its place.
  ///
  /// An answer is copied first, under a name that no file has yet; what is no answer, such as a file that is too large
  /// or a folder, is moved to that name. Whatever happens, nothing is lost.
  ///
  /// - Throws: `FileError` if the answer cannot be copied or moved, or the stub not written.
  package func reset(_ exercise: Exercise) throws(FileError) -> Reset {
    let (path, stub) = ("\(root)/\(Self.path(of: exercise))", try stub(of: exercise))
    switch answer(to: exercise) {
    case .text(stub): return .wasStub
    case .text(let text):
      let kept = try newKeptFile(for: exercise)
      try AtomicFile.write(text: text, to: "\(root)/\(kept)")
      try AtomicFile.write(text: stub, to: path)
      return .kept(kept)
    case .problem:
      // A link that leads nowhere is there, although no file is.
      guard AtomicFile.exists(path) else {
        try AtomicFile.createFolder("\(root)/\(Self.exercises)")
        try AtomicFile.write(text: stub, to: path)
        return .wasMissing
      }
      let kept = try newKeptFile(for: exercise)
      unlink("\(root)/\(kept)")
      guard rename(path, "\(root)/\(kept)") == 0 else { throw FileError("move", path) }
      try AtomicFile.write(text: stub, to: path)
      return .kept(kept)
    }
  }

  /// Makes an empty file under a name that nothing has, so that nobody else takes it; its path from the root.
  private func newKeptFile(for exercise: Exercise) throws(FileError) -> String {
    try AtomicFile.createFolder("\(root)/\(Self.keptAnswers)")
    var number = 1
    while true {
      let kept = "\(Self.keptAnswers)/\(exercise.typeName)-\(number).swift"
      let descriptor = open("\(root)/\(kept)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
      if descriptor >= 0 {
        close(descriptor)
        return kept
      }
      guard errno == EEXIST else { throw FileError("create", "\(root)/\(kept)") }
      number += 1
    }
  }
}

/// A problem that stops a command of the classroom.
package struct ClassroomError: Error, Hashable, CustomStringConvertible, Sendable {
  /// The problem, its cause and the remedy, in one or two lines.
  package let description: String

  /// Creates an error with its text.
  package init(_ description: String) { self.description = description }
}
