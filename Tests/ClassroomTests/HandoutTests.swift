import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing

@Suite struct HandoutTests {
  private let small: SmallWorkspace
  private let target: TemporaryFolder

  init() throws {
    (small, target) = (try SmallWorkspace(), try TemporaryFolder())
    for path in [
      "Package.swift", "Sources/A/A.swift", "Tests/ATests/A.swift", "Tests/Solutions/Solution0101.swift",
      "Tests/SolutionTests/S.swift", "output/attempts/Ex0101-1.swift", "Tests/B/.build/x", ".git/config",
      "mine.txt", "Lessons/Exercises/Notes.swift", "Documentation/Teaching.md", "CHANGELOG.md",
      "CONTRIBUTING.md", "Documentation/NOTICE",
    ] {
      try small.write("text of \(path)", to: path)
    }
  }

  private func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(target.path)/\(path)")
  }

  @Test func `a handout has everything but solutions, answers and private files`() throws {
    try small.write("my answer", to: Workspace.path(of: .scale))
    let count = try Handout(of: small.workspace).write(to: target.path)
    let copied = [
      "Package.swift", "Sources/A/A.swift", "Tests/ATests/A.swift", "Documentation/Teaching.md",
      "CHANGELOG.md",
      "CONTRIBUTING.md", "Documentation/NOTICE",
    ]
    for path in copied { #expect(exists(path), "\(path)") }
    for path in [
      "Tests/Solutions", "Tests/SolutionTests", "output/attempts", "Tests/B", ".git", "mine.txt",
      "Lessons/Exercises/Notes.swift",
    ] {
      #expect(!exists(path), "\(path)")
    }
    // The files above, and of each exercise its file and its stub.
    #expect(count == copied.count + 2 * Exercise.all.count)
    let copy = Workspace(root: target.path)
    #expect(try copy.assessment(of: .scale)?.status == .notBegun)
    #expect(!copy.hasSolutions)
  }

  @Test func `a handout is not written into a folder that holds files`() throws {
    _ = try target.write([1, 2], as: "thesis.doc")
    #expect(throws: ClassroomError.self) { try Handout(of: small.workspace).write(to: target.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.path) == ["thesis.doc"])
  }

  @Test func `an update of a copy reverts changes and keeps what was built`() throws {
    let handout = Handout(of: small.workspace)
    let copy = try CopyFolder(target.path, of: small.workspace, for: .grading)
    _ = try handout.update(copy)
    try AtomicFile.write(text: "edited", to: "\(target.path)/Sources/A/A.swift")
    try AtomicFile.write(text: "added", to: "\(target.path)/Sources/A/B.swift")
    try AtomicFile.createFolder("\(target.path)/.build")
    try AtomicFile.write(text: "object", to: "\(target.path)/.build/A.o")
    let before = try FileManager.default.attributesOfItem(atPath: "\(target.path)/Package.swift")
    _ = try handout.update(copy, answers: [.scale: "theirs"])
    #expect(
      try AtomicFile.read("\(target.path)/Sources/A/A.swift") == Array("text of Sources/A/A.swift".utf8))
    #expect(!exists("Sources/A/B.swift") && exists(".build/A.o"))
    #expect(Workspace(root: target.path).answer(to: .scale) == .text("theirs"))
    #expect(try Workspace(root: target.path).assessment(of: .zeroPoint)?.status == .notBegun)
    // What is the same is not written again, else everything would be built again.
    let after = try FileManager.default.attributesOfItem(atPath: "\(target.path)/Package.swift")
    #expect(before[.systemFileNumber] as? Int == after[.systemFileNumber] as? Int)
  }

  @Test func `the manifest does without every target that a handout leaves out`() throws {
    let manifest = String(decoding: try AtomicFile.read("\(Checkout.root)/Package.swift"), as: UTF8.self)
    let parts = manifest.split(separator: "if exists(Context.packageDirectory")
    try #require(parts.count == 2)
    for folder in Handout.withheld where folder.hasPrefix("Tests/") {
      let name = folder.dropFirst("Tests/".count)
      #expect(!parts[0].contains("\"\(name)\""))
      #expect(parts[1].contains("\"\(name)\""))
    }
  }
}
