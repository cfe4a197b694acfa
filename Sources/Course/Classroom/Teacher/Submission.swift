import ExerciseKit
import Foundation
import Support

/// What a student handed in: a folder, from which only the answers to known exercises are read.
package struct Submission: Hashable, Sendable {
  /// The student: the name of the folder.
  package let student: String
  /// The answers that are not the stub.
  package let answers: [Exercise: String]
  /// What was odd about the folder.
  package let remarks: [String]

  /// Reads the answers from a folder: a copy of the package, its folder of exercises, or a folder around one of them.
  ///
  /// `workspace` provides the stubs. A file that cannot be read becomes a remark.
  package init(_ folder: String, workspace: Workspace) {
    let root = URL(fileURLWithPath: folder).standardizedFileURL
    student = root.lastPathComponent.printable
    guard let exercises = Self.exercises(in: root.path) else {
      (answers, remarks) = ([:], ["no file such as \(Exercise.all[0].typeName).swift in it"])
      return
    }
    var (answers, remarks): ([Exercise: String], [String]) = ([:], [])
    for exercise in Exercise.all {
      let path = "\(exercises)/\(exercise.typeName).swift"
      do {
        guard FileManager.default.fileExists(atPath: path) else {
          remarks.append("\(exercise.typeName).swift is missing")
          continue
        }
        let text = try Self.text(of: path)
        if text != (try workspace.stub(of: exercise)) { answers[exercise] = text }
      } catch {
        remarks.append("\(exercise.typeName).swift: \(error)".printable)
      }
    }
    (self.answers, self.remarks) = (answers, remarks)
  }

  /// The folder that holds `Ex*.swift`: this one, its `Lessons/Exercises`, or either of them in its only folder.
  private static func exercises(in folder: String, depth: Int = 0) -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    if names.contains(where: { $0.wholeMatch(of: /Ex\d{4}\.swift/) != nil }) { return folder }
    if names.contains("Lessons") { return exercises(in: "\(folder)/\(Workspace.exercises)", depth: 2) }
    let visible = names.filter { !$0.hasPrefix(".") && !$0.hasPrefix("__") }
    return depth < 2 && visible.count == 1 ? exercises(in: "\(folder)/\(visible[0])", depth: depth + 1) : nil
  }

  /// The text of a student's file, which must be an ordinary file of reasonable size.
  private static func text(of path: String) throws -> String {
    let values = try URL(fileURLWithPath: path).resourceValues(forKeys: [.isSymbolicLinkKey])
    guard values.isSymbolicLink != true else { throw ClassroomError("it is a link, not a file") }
    let file = try OrdinaryFile(path: path)
    guard file.size <= Workspace.sizeLimit else { throw ClassroomError("it has \(file.size) bytes") }
    guard let text = String(validating: try file.read(0..<file.size), as: UTF8.self) else {
      throw ClassroomError("it is not UTF-8 text")
    }
    return text
  }
}
