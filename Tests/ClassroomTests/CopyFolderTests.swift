import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing

@Suite struct CopyFolderTests {
  private let small: SmallWorkspace
  private let outside: TemporaryFolder

  init() throws {
    (small, outside) = (try SmallWorkspace(), try TemporaryFolder())
    for path in ["Package.swift", "Sources/A/A.swift", ".git/config", "notes.txt"] {
      try small.write("text of \(path)", to: path)
    }
    try small.write("mine", to: Workspace.path(of: .scale))
  }

  /// Every file below a folder with what it holds.
  private func snapshot(_ folder: String) throws -> [String: [UInt8]] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
    var files: [String: [UInt8]] = [:]
    for name in names {
      files[name] = (try? OrdinaryFile(path: "\(folder)/\(name)")).flatMap { try? $0.read(0..<$0.size) } ?? []
    }
    return files
  }

  /// Expects a folder to be refused for either purpose, with nothing changed in the checkout or outside of it.
  private func expectRefusal(of folder: String, _ reason: String) throws {
    let before = (try snapshot(small.workspace.root), try snapshot(outside.path))
    for purpose in [CopyFolder.Purpose.grading, .handout] {
      let error = #expect(throws: ClassroomError.self) {
        try CopyFolder(folder, of: small.workspace, for: purpose)
      }
      #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }
    #expect(try snapshot(small.workspace.root) == before.0 && snapshot(outside.path) == before.1)
  }

  @Test func `the checkout, and a folder that holds it, is refused by any name`() throws {
    let root = small.workspace.root
    try FileManager.default.createSymbolicLink(
      atPath: "\(outside.path)/link", withDestinationPath: root)
    for folder in [root, root + "/.", root + "/Sources/..", outside.path + "/link", root + "/..", "/"] {
      try expectRefusal(of: folder, "is or holds the checkout")
    }
  }

  @Test func `a folder among the checkout's files is refused, even a new one`() throws {
    for folder in ["Sources", "Sources/new", "output/new/er", "Lessons", ".git/new", "Documentation/copy"] {
      try expectRefusal(of: "\(small.workspace.root)/\(folder)", "among the checkout's own files")
    }
    try FileManager.default.createSymbolicLink(
      atPath: "\(outside.path)/link", withDestinationPath: "\(small.workspace.root)/Sources")
    try expectRefusal(of: "\(outside.path)/link/new", "among the checkout's own files")
  }

  @Test func `a folder with anything of anybody in it is refused`() throws {
    _ = try outside.write([1, 2], as: "thesis.doc")
    try expectRefusal(of: outside.path, "neither empty nor a copy that qat made")
    try expectRefusal(of: "\(outside.path)/thesis.doc", "is no folder")
  }

  @Test func `a mark that is a link, another text, or moved here with a copy does not make a folder ours`()
    throws
  {
    let mark = "\(outside.path)/\(CopyFolder.mark)"
    try AtomicFile.write(text: "mine", to: mark)
    try expectRefusal(of: outside.path, "neither empty")
    try FileManager.default.removeItem(atPath: mark)
    let other = try TemporaryFolder()
    _ = try CopyFolder(other.path, of: small.workspace, for: .grading)
    try FileManager.default.createSymbolicLink(
      atPath: mark, withDestinationPath: "\(other.path)/\(CopyFolder.mark)")
    try expectRefusal(of: outside.path, "neither empty")
    try FileManager.default.removeItem(atPath: mark)
    try FileManager.default.copyItem(atPath: "\(other.path)/\(CopyFolder.mark)", toPath: mark)
    try expectRefusal(of: outside.path, "neither empty")
  }

  @Test func `a folder that is new, empty or a copy is taken, and a copy only for the same purpose`() throws {
    for folder in [outside.path, "\(outside.path)/new/er", "\(small.workspace.root)/.build/grading"] {
      if folder == outside.path { try small.write("", to: "unrelated") }
      for _ in 1...2 {
        _ = try Handout(of: small.workspace).update(CopyFolder(folder, of: small.workspace, for: .grading))
      }
      #expect(throws: ClassroomError.self) { try CopyFolder(folder, of: small.workspace, for: .handout) }
    }
  }

  @Test func `one process at a time fills a copy, and the next waits for it`() throws {
    let folder = "\(outside.path)/copy"
    var first: CopyFolder? = try CopyFolder(folder, of: small.workspace, for: .grading)
    var waits = 0
    let second = try CopyFolder(folder, of: small.workspace, for: .grading) {
      waits += 1
      first = nil
    }
    #expect(first == nil && waits == 1)
    _ = try Handout(of: small.workspace).update(second)
  }

  @Test func `whoever waited for a handout finds it complete, and leaves it alone`() throws {
    let folder = "\(outside.path)/class"
    var first: CopyFolder? = try CopyFolder(folder, of: small.workspace, for: .handout)
    let count = try Handout(of: small.workspace).update(#require(first))
    #expect(throws: ClassroomError.self) {
      try CopyFolder(folder, of: small.workspace, for: .handout) {
        try? first?.giveAway()
        first = nil
      }
    }
    #expect(try snapshot(folder).values.count { !$0.isEmpty } == count)
  }

  @Test func `a folder whose mark was not yet written is taken`() throws {
    try AtomicFile.write(text: "", to: "\(outside.path)/\(CopyFolder.mark)")
    _ = try CopyFolder(outside.path, of: small.workspace, for: .grading)
  }

  @Test func `an interrupted handout is completed by the next, and a complete one is left alone`() throws {
    let folder = "\(outside.path)/class"
    _ = try CopyFolder(folder, of: small.workspace, for: .handout)
    try AtomicFile.createFolder("\(folder)/Sources/A")
    try AtomicFile.write(text: "half", to: "\(folder)/Sources/A/A.swift.12.0.tmp")
    _ = try Handout(of: small.workspace).write(to: folder)
    #expect(try snapshot(folder)["Sources/A/A.swift"] == Array("text of Sources/A/A.swift".utf8))
    #expect(try snapshot(folder).keys.allSatisfy { !$0.hasSuffix(".tmp") && $0 != CopyFolder.mark })
    #expect(throws: ClassroomError.self) { try Handout(of: small.workspace).write(to: folder) }
  }

  @Test func `a link in a copy is replaced, and what it leads to stays`() throws {
    let copy = try CopyFolder("\(small.workspace.root)/.build/grading", of: small.workspace, for: .grading)
    _ = try Handout(of: small.workspace).update(copy)
    _ = try outside.write(Array("theirs".utf8), as: "A.swift")
    try FileManager.default.removeItem(atPath: "\(copy.path)/Sources/A")
    try FileManager.default.createSymbolicLink(
      atPath: "\(copy.path)/Sources/A", withDestinationPath: outside.path)
    _ = try Handout(of: small.workspace).update(copy)
    #expect(try snapshot(outside.path) == ["A.swift": Array("theirs".utf8)])
    #expect(try snapshot(copy.path)["Sources/A/A.swift"] == Array("text of Sources/A/A.swift".utf8))
  }

  @Test(arguments: [["grade", "student", "--tree"], ["handout"]])
  func `the command refuses the checkout and a stranger's folder`(_ arguments: [String]) throws {
    try AtomicFile.createFolder("\(small.workspace.root)/student")
    _ = try outside.write([1, 2], as: "thesis.doc")
    let qat = Command(folder: small.workspace.root)
    let before = (try snapshot(small.workspace.root), try snapshot(outside.path))
    for folder in [".", outside.path] {
      let run = try qat(arguments + [folder])
      #expect(run.status == 1 && run.output.contains("name a new folder"), "\(run.output)")
    }
    #expect(try snapshot(small.workspace.root) == before.0 && snapshot(outside.path) == before.1)
  }
}
