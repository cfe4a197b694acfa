import ExerciseKit
import Foundation
import Support

/// A student's grade: the status of each exercise, with the reason.
package struct Grade: Hashable, Codable, Sendable {
  /// A line for one exercise.
  package struct Line: Hashable, Codable, Sendable {
    /// The exercise's number, such as `01.1`.
    package let exercise: String
    /// How far the answer has come.
    package let status: ExerciseStatus
    /// The name of the finding, such as `levels-for-steps`.
    package let finding: String?
    /// The finding as the student would read it.
    package let explanation: String?

    init(_ assessment: Assessment) {
      (exercise, status) = (assessment.exercise.id, assessment.status)
      // A finding comes from a process in which the student's code ran, so it may hold any characters.
      finding = assessment.finding.map { String($0.id.printable.prefix(100)) }
      explanation = assessment.finding.map { String($0.description.printable(keeping: "\n").prefix(4000)) }
    }
  }

  /// The student: the folder's path, as far as it differs from the others'.
  package let student: String
  /// The folder's path from the root.
  package let path: String
  /// How many exercises are right.
  package let right: Int
  /// Every exercise, in order.
  package let lines: [Line]
  /// What was odd about the submission.
  package let remarks: [String]
  /// True if the answers had no network, saw no other process, and could write only in their own folder.
  package let wasIsolated: Bool
  /// What kept the answers from the machine.
  package let walls: Walls
  /// What kept the compiler from it.
  package let compilerWalls: Walls

  /// Creates the grade of a submission.
  init(_ submission: Submission, _ entry: GradeStore.Entry) {
    (student, path, remarks) = (submission.student, submission.path, entry.remarks)
    (lines, walls, compilerWalls) = (entry.lines, entry.walls, entry.compilerWalls)
    right = lines.count { $0.status == .right }
    wasIsolated = walls >= .namespaces
  }
}

extension Sequence where Element == Grade {
  /// A table for a spreadsheet, with a line for each student and a column for each exercise.
  package var csv: String {
    let ids = Exercise.all.map(\.id)
    let head = ["student", "right", "of"] + ids + ["remarks"]
    let rows = map { grade in
      [grade.student, "\(grade.right)", "\(grade.lines.count)"] + grade.lines.map(\.status.rawValue)
        + [grade.remarks.joined(separator: "; ")]
    }
    return ([head] + rows).map { $0.map(cell).joined(separator: ",") + "\r\n" }.joined()
  }

  /// The grades with every finding, as JSON.
  ///
  /// - Throws: an error of the encoder.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(Array(self)), as: UTF8.self) + "\n"
  }

  /// A cell according to RFC 4180; a cell that a spreadsheet would take for a formula gets an apostrophe in front.
  private func cell(_ text: String) -> String {
    let safe = text.first.map { "=+-@".contains($0) } == true ? "'" + text : text
    guard safe.contains(where: { ",\"\n\r".contains($0) }) else { return safe }
    return "\"" + safe.replacing("\"", with: "\"\"") + "\""
  }
}
