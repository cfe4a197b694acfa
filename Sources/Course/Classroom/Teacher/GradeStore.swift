import ExerciseKit
import Foundation
import Support

/// What was graded before, so that a run that was interrupted goes on where it was.
///
/// A grade is found again as long as what was handed in, the checks and the limits are the same.
struct GradeStore: Sendable {
  /// A grade without the student, whose folder may have another name by now.
  struct Entry: Codable, Sendable {
    let lines: [Grade.Line]
    let remarks: [String]
    let walls: Walls
    let compilerWalls: Walls
  }

  private let folder: String
  private let conditions: String

  /// Opens the store in a folder that is made if missing; what was graded by other checks is removed.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - fingerprint: A text that changes with the checks.
  ///   - conditions: The limits and the walls.
  /// - Throws: `FileError` or an error of the file system.
  init(_ folder: String, fingerprint: String, conditions: String) throws {
    let name = String(fingerprint.prefix(32))
    try AtomicFile.createFolder("\(folder)/\(name)")
    for old in try FileManager.default.contentsOfDirectory(atPath: folder) where old != name {
      try FileManager.default.removeItem(atPath: "\(folder)/\(old)")
    }
    (self.folder, self.conditions) = ("\(folder)/\(name)", conditions)
  }

  /// The grade of a submission, if there is one.
  subscript(_ submission: Submission) -> Entry? {
    guard let bytes = try? AtomicFile.read(path(of: submission), limit: 1 << 24) else { return nil }
    return try? JSONDecoder().decode(Entry.self, from: Data(bytes))
  }

  /// Keeps the grade of a submission.
  ///
  /// - Throws: `FileError` if it cannot be written.
  func keep(_ entry: Entry, of submission: Submission) throws {
    let bytes = try JSONEncoder().encode(entry)
    try AtomicFile.write([UInt8](bytes), to: path(of: submission))
  }

  /// The file of a submission, named by all that was handed in.
  private func path(of submission: Submission) -> String {
    var text = conditions + "\n" + submission.remarks.joined(separator: "\n")
    for exercise in Exercise.all {
      let problem = submission.problems[exercise]
      for part in [submission.answers[exercise], problem?.status.rawValue, problem?.finding?.observation] {
        text += part.map { "\n\(exercise.id) \($0.utf8.count) \($0)" } ?? "\n–"
      }
    }
    return "\(folder)/\(SHA256.hex(text.utf8)).json"
  }
}
