import ExerciseKit
import Foundation
import Platform
import Support

/// A copy of a workspace for students: without the solutions and the tests that need them, and with fresh stubs.
package struct Handout: Hashable, Sendable {
  private let workspace: Workspace

  /// The files and folders to copy, as far as they exist; everything else in the workspace is the teacher's own.
  static let entries = [
    ".gitignore", ".swift-format", "CHANGELOG.md", "CONTRIBUTING.md", "Documentation", "LICENSE", "Lessons",
    "Package.resolved", "Package.swift", "README.md", "Sources", "Tests", "output",
  ]
  /// The folders that are left out; `Package.swift` does without them.
  package static let withheld = [
    Workspace.solutions, "Tests/SolutionTests", "Tests/ClassroomTests", Workspace.keptAnswers,
  ]

  /// Creates a handout of a workspace.
  package init(of workspace: Workspace) { self.workspace = workspace }

  /// Writes the copy into a folder, which must be new or empty, or hold what an interrupted handout left.
  ///
  /// - Returns: The number of files.
  /// - Throws: `ClassroomError` if the folder is refused, `FileError` or an error of the file system if a file cannot
  ///   be copied.
  package func write(to folder: String) throws -> Int {
    let copy = try CopyFolder(folder, of: workspace, for: .handout)
    let count = try update(copy)
    try copy.giveAway()
    return count
  }

  /// Makes a folder the copy, with answers in place of some stubs.
  ///
  /// Files that are equal stay untouched, so that a build compiles only what has changed; build folders stay too.
  ///
  /// - Parameters:
  ///   - folder: The folder of the copy.
  ///   - answers: The answers that stand in place of stubs.
  ///   - manifestEnd: Lines that are put behind the copy's `Package.swift`.
  /// - Returns: The number of files.
  /// - Throws: `FileError` or an error of the file system if a file cannot be read, written or removed.
  package func update(
    _ folder: CopyFolder, answers: [Exercise: String] = [:], manifestEnd: String = ""
  ) throws -> Int {
    // Where the manifest was changed, what was resolved for the other one is of no use.
    let files = try files().filter { manifestEnd.isEmpty || $0 != "Package.resolved" }
    let folder = folder.path
    let wanted = Set(files)
    for old in try Self.entries(below: folder, Self.entries) where !old.isFile || !wanted.contains(old.path) {
      try FileManager.default.removeItem(atPath: "\(folder)/\(old.path)")
    }
    for file in files where manifestEnd.isEmpty || file != "Package.swift" {
      try copy(file, to: "\(folder)/\(file)")
    }
    if !manifestEnd.isEmpty {
      let manifest = try AtomicFile.read("\(workspace.root)/Package.swift", limit: 1 << 20)
      try Self.write(manifest + Array(manifestEnd.utf8), to: "\(folder)/Package.swift")
    }
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
    return try Self.entries(below: workspace.root, Self.entries).filter(\.isFile).map(\.path).filter { file in
      let isAnswer = file.hasPrefix(Workspace.exercises + "/") && !file.hasPrefix(Workspace.stubs + "/")
      return !Self.withheld.contains { file.hasPrefix($0 + "/") } && (!isAnswer || answers.contains(file))
    }
  }

  /// What is in `names` below a folder, without folders and what was built, in order; links are not followed.
  private static func entries(
    below root: String, _ names: [String]
  ) throws -> [(path: String, isFile: Bool)] {
    var found: [(path: String, isFile: Bool)] = []
    for name in names.sorted() {
      let path = "\(root)/\(name)"
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      guard status.st_mode & S_IFMT == S_IFDIR else {
        found.append((name, status.st_mode & S_IFMT == S_IFREG))
        continue
      }
      let inside = try FileManager.default.contentsOfDirectory(atPath: path).filter {
        !$0.hasPrefix(".build")
      }
      found += try entries(below: path, inside).map { ("\(name)/\($0.path)", $0.isFile) }
    }
    return found
  }

  private func copy(_ file: String, to path: String) throws {
    guard !Exercise.all.contains(where: { Workspace.path(of: $0) == file }) else { return }
    try Self.write(AtomicFile.read("\(workspace.root)/\(file)", limit: 1 << 28), to: path)
  }

  /// Writes a file and the folders on its way, unless it holds these bytes already.
  static func write(_ bytes: [UInt8], to path: String) throws {
    if let old = try? AtomicFile.read(path), old == bytes { return }
    try AtomicFile.createFolder(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
    try AtomicFile.write(bytes, to: path)
  }
}
