import ExerciseKit
import Foundation
import Support

/// A copy of a workspace for students: without the solutions and the tests that need them, and with fresh stubs.
package struct Handout: Hashable, Sendable {
  private let workspace: Workspace

  /// The files and folders to copy, as far as they exist; everything else in the workspace is the teacher's own.
  private static let entries = [
    ".gitignore", ".swift-format", "CHANGELOG.md", "CONTRIBUTING.md", "Documentation", "LICENSE", "Lessons",
    "NOTICE", "Package.resolved", "Package.swift", "README.md", "Sources", "Tests", "output",
  ]
  /// The folders that are left out; `Package.swift` does without them.
  package static let withheld = [
    Workspace.solutions, "Tests/SolutionTests", "Tests/ClassroomTests", Workspace.keptAnswers,
  ]

  /// Creates a handout of a workspace.
  package init(of workspace: Workspace) { self.workspace = workspace }

  /// Writes the copy into a folder, which must be new or empty.
  ///
  /// - Returns: The number of files.
  /// - Throws: `ClassroomError` if the folder is not empty, `FileError` or an error of the file system if a file cannot
  ///   be copied.
  package func write(to folder: String) throws -> Int {
    let target = URL(fileURLWithPath: folder).standardizedFileURL.path
    let existing = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
    guard existing.isEmpty else {
      throw ClassroomError("\(folder) is not empty, and nothing in it shall be lost; name a new folder")
    }
    guard !target.hasPrefix(workspace.root + "/Sources"), !target.hasPrefix(workspace.root + "/Tests"),
      !target.hasPrefix(workspace.root + "/Lessons")
    else { throw ClassroomError("\(folder) lies among the sources; name a folder outside of the checkout") }
    return try update(target)
  }

  /// Makes a folder the copy, whatever it holds, with answers in place of some stubs.
  ///
  /// Files that are equal stay untouched, so that a build compiles only what has changed; build folders stay too.
  ///
  /// - Returns: The number of files.
  /// - Throws: `FileError` or an error of the file system if a file cannot be read, written or removed.
  package func update(_ folder: String, answers: [Exercise: String] = [:]) throws -> Int {
    let files = try files()
    let wanted = Set(files)
    for old in try Self.files(below: folder, Self.entries) where !wanted.contains(old) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(old)")
    }
    for file in files { try copy(file, to: "\(folder)/\(file)") }
    for exercise in Exercise.all {
      let text = try answers[exercise] ?? workspace.stub(of: exercise)
      try Self.write(Array(text.utf8), to: "\(folder)/\(Workspace.path(of: exercise))")
    }
    return files.count
  }

  /// The files of a copy, from its root, in order.
  ///
  /// - Throws: an error of the file system if a folder cannot be read.
  package func files() throws -> [String] {
    let answers = Set(Exercise.all.map { Workspace.path(of: $0) })
    return try Self.files(below: workspace.root, Self.entries).filter { file in
      let isAnswer = file.hasPrefix(Workspace.exercises + "/") && !file.hasPrefix(Workspace.stubs + "/")
      return !Self.withheld.contains { file.hasPrefix($0 + "/") } && (!isAnswer || answers.contains(file))
    }
  }

  /// The ordinary files in `names` below a folder, without build folders, in order.
  private static func files(below root: String, _ names: [String]) throws -> [String] {
    var found: [String] = []
    for name in names.sorted() {
      let path = "\(root)/\(name)"
      let values = try? URL(fileURLWithPath: path).resourceValues(forKeys: [
        .isRegularFileKey, .isDirectoryKey,
      ])
      if values?.isRegularFile == true { found.append(name) }
      if values?.isDirectory == true {
        let inside = try FileManager.default.contentsOfDirectory(atPath: path).filter {
          !$0.hasPrefix(".build")
        }
        found += try files(below: path, inside).map { "\(name)/\($0)" }
      }
    }
    return found
  }

  private func copy(_ file: String, to path: String) throws {
    guard !Exercise.all.contains(where: { Workspace.path(of: $0) == file }) else { return }
    try Self.write(AtomicFile.read("\(workspace.root)/\(file)", limit: 1 << 28), to: path)
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    if let old = try? AtomicFile.read(path), old == bytes { return }
    try AtomicFile.createFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    try AtomicFile.write(bytes, to: path)
  }
}
