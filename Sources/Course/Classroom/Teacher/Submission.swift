import ExerciseChecks
import ExerciseKit
import Foundation
import Platform
import Support

/// What a student handed in: a folder, from which only the answers to known exercises are read.
///
/// No link in it is followed, the folder itself included: it could lead to another student's answers.
package struct Submission: Hashable, Sendable {
  /// The student: the folder's path, as far as it differs from the others'.
  package let student: String
  /// The folder's path from the root.
  package let path: String
  /// The answers that are not the stub.
  package let answers: [Exercise: String]
  /// The exercises in whose place there is no answer that could be run, with the reason.
  package let problems: [Exercise: Assessment]
  /// What was odd about the folder.
  package let remarks: [String]

  /// Reads the answers from a folder: a copy of the package, its folder of exercises, or a folder around one of them.
  ///
  /// `workspace` provides the stubs.
  ///
  /// - Throws: `FileError` if a stub cannot be read.
  package init(_ folder: BytePath, as student: String? = nil, workspace: Workspace) throws {
    let folder = folder.withoutSlash
    self.student = student ?? folder.components.last?.description ?? "\(folder)"
    path = (folder.resolved ?? folder).description
    let place = Self.exercises(in: folder)
    let exercises: BytePath
    switch place {
    case .folder(let found): exercises = found
    case .problem(let status, let reason):
      let problems = Exercise.all.map { ($0, Assessment($0, status, because: reason)) }
      (answers, self.problems) = ([:], Dictionary(uniqueKeysWithValues: problems))
      remarks = [reason]
      return
    }
    var (answers, problems): ([Exercise: String], [Exercise: Assessment]) = ([:], [:])
    for exercise in Exercise.all {
      let name = "\(exercise.typeName).swift"
      switch AnswerFile(exercises.appending(name), withoutLinksFrom: folder) {
      case .text(let text):
        if text.withUnixLines == (try workspace.stub(of: exercise)) { continue }
        let known = Assessment(exercise, ofText: text)
        if let known, known.status != .begun { problems[exercise] = known } else { answers[exercise] = text }
      case .problem(let status, let reason):
        problems[exercise] = Assessment(exercise, status, because: "\(name) \(reason)")
      }
    }
    (self.answers, self.problems) = (answers, problems)
    remarks = Self.remarks(problems)
  }

  /// A line for each file that is odd, and one for all that are missing.
  private static func remarks(_ problems: [Exercise: Assessment]) -> [String] {
    let inOrder = Exercise.all.compactMap { problems[$0] }.filter { $0.status != .wrong }
    let odd = inOrder.filter { $0.status != .missing }.compactMap { $0.finding?.observation }
    let missing = inOrder.filter { $0.status == .missing }.map { "\($0.exercise.typeName).swift" }
    return odd + (missing.isEmpty ? [] : ["missing: " + missing.joined(separator: ", ")])
  }

  // MARK: - Finding the exercises

  private enum Place {
    case folder(BytePath)
    case problem(ExerciseStatus, String)
  }

  /// The folder that holds `Ex*.swift`: this one, its `Lessons/Exercises`, or either of them in its only folder.
  private static func exercises(in folder: BytePath, depth: Int = 0) -> Place {
    guard let status = folder.status else { return .problem(.missing, "there is no folder \(folder)") }
    switch status.st_mode & S_IFMT {
    case S_IFLNK: return .problem(.isLink, "\(folder) is a link, which is not followed")
    case S_IFDIR: break
    default: return .problem(.isNoFile, "\(folder) is no folder")
    }
    guard let names = folder.entries else {
      return .problem(.unreadable, "\(folder) cannot be read: \(String(cString: strerror(errno)))")
    }
    if names.contains(where: { $0.description.wholeMatch(of: /Ex\d{4}\.swift/) != nil }) {
      return .folder(folder)
    }
    if names.contains(BytePath("Lessons")) {
      let lessons = exercises(in: folder.appending("Lessons"), depth: 2)
      if case .problem(.isLink, _) = lessons { return lessons }
      return exercises(in: folder.appending(Workspace.exercises), depth: 2)
    }
    let visible = names.filter { !$0.description.hasPrefix(".") && !$0.description.hasPrefix("__") }
    guard depth < 2, visible.count == 1, Self.isFolderOrLink(folder.appending(visible[0])) else {
      return .problem(.missing, "no file such as \(Exercise.all[0].typeName).swift in it")
    }
    return exercises(in: folder.appending(visible[0]), depth: depth + 1)
  }

  private static func isFolderOrLink(_ path: BytePath) -> Bool {
    path.status.map { [S_IFDIR, S_IFLNK].contains($0.st_mode & S_IFMT) } == true
  }
}

/// The folders of a class, each under the name by which a table tells it from the others.
package struct ClassList: Hashable, Sendable {
  /// A student's folder.
  package struct Entry: Hashable, Sendable {
    /// The path as it was named.
    package let folder: BytePath
    /// The path below the folder that holds all of them; the last part of the path for a single one.
    package let student: String
  }

  /// The folders, in the order in which they were named.
  package let entries: [Entry]

  /// Names the folders.
  ///
  /// - Throws: `ClassroomError` if one of them is no folder, or is named twice.
  package init(_ folders: [BytePath]) throws(ClassroomError) {
    var paths: [[BytePath]] = []
    var known: Set<BytePath> = []
    for folder in folders.map(\.withoutSlash) {
      var status = stat()
      guard folder.withCString({ stat($0, &status) }) == 0, status.st_mode & S_IFMT == S_IFDIR,
        let resolved = folder.resolved
      else {
        throw ClassroomError("\(folder) is no folder; name one a student, such as handed-in/*/")
      }
      guard known.insert(resolved).inserted else {
        throw ClassroomError("\(folder) is named twice, perhaps by a link; name each student's folder once")
      }
      paths.append(Self.components(of: folder, resolved: resolved))
    }
    var common = (paths.first?.count ?? 1) - 1
    for path in paths {
      let shared = zip(path.dropLast(), paths[0]).prefix { $0 == $1 }.count
      common = min(common, shared)
    }
    entries = zip(folders, paths).map { folder, path in
      Entry(folder: folder, student: path.dropFirst(common).map(\.description).joined(separator: "/"))
    }
  }

  /// The names on the way from the root, the last as it was given: a link keeps its own name.
  private static func components(of folder: BytePath, resolved: BytePath) -> [BytePath] {
    guard let last = folder.components.last, last != BytePath("."), last != BytePath("..") else {
      return resolved.components
    }
    let before = BytePath(bytes: Array(folder.bytes.dropLast(last.bytes.count)))
    let parent = before.bytes.isEmpty ? BytePath(".") : before
    return (parent.resolved ?? parent).components + [last]
  }
}
