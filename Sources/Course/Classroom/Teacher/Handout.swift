import ExerciseKit
import Foundation
import Support

/// A copy of a workspace without the solutions, and without the tests that need them; the exercises are stubs again.
package struct Handout: Hashable, Sendable {
  private let workspace: Workspace

  /// What a copy is made of: all else in the folder is the teacher's own.
  private static let entries = [
    ".gitignore", ".swift-format", "LICENSE", "Lessons", "Package.resolved", "Package.swift", "README.md",
    "Sources",
    "Tests", "output",
  ]
  /// What a copy leaves out, and `Package.swift` does without.
  package static let withheld = [
    Workspace.solutions, "Tests/SolutionTests", "Tests/ClassroomTests", Workspace.attempts,
  ]

  /// Chooses the workspace to copy.
  package init(of workspace: Workspace) { self.workspace = workspace }

  /// Writes the copy into a folder, which must be new or empty, and gives the number of files.
  ///
  /// - Throws: `ClassroomError` if there is something in the folder, `FileError` or an error of the file system if a file
  ///   cannot be copied.
  package func write(to folder: String) throws -> Int {
    let target = URL(fileURLWithPath: folder).standardizedFileURL.path
    let there = (try? FileManager.default.contentsOfDirectory(atPath: target)) ?? []
    guard there.isEmpty else {
      throw ClassroomError("\(folder) is not empty, and nothing in it shall be lost; name a new folder")
    }
    guard !target.hasPrefix(workspace.root + "/Sources"), !target.hasPrefix(workspace.root + "/Tests"),
      !target.hasPrefix(workspace.root + "/Lessons")
    else { throw ClassroomError("\(folder) lies among the sources; name a folder outside of the checkout") }
    return try update(target)
  }

  /// Makes a folder the copy, whatever was in it, with answers in place of some stubs; gives the number of files.
  ///
  /// Files that are the same stay untouched, so that only what has changed is built again, and what was built stays.
  ///
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
    let attempts = Set(Exercise.all.map { Workspace.path(of: $0) })
    return try Self.files(below: workspace.root, Self.entries).filter { file in
      let isAttempt = file.hasPrefix(Workspace.exercises + "/") && !file.hasPrefix(Workspace.stubs + "/")
      return !Self.withheld.contains { file.hasPrefix($0 + "/") } && (!isAttempt || attempts.contains(file))
    }
  }

  /// The ordinary files below a folder, but for hidden folders, in order.
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
