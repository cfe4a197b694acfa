import Classroom
import ExerciseKit
import Foundation
import TestSupport
import Testing

@Suite struct SubmissionTests {
  private let small: SmallWorkspace
  private let folder: TemporaryFolder

  init() throws { (small, folder) = (try SmallWorkspace(), try TemporaryFolder()) }

  private func write(_ text: String, _ path: String) throws {
    let whole = URL(fileURLWithPath: "\(folder.path)/\(path)")
    try FileManager.default.createDirectory(
      at: whole.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: whole)
  }

  @Test(arguments: ["ada", "ada/Lessons/Exercises", "ada/swift-qat/Lessons/Exercises", "ada/answers"])
  func `answers are found at any depth of the folder handed in`(_ subfolder: String) throws {
    try write("answer", "\(subfolder)/Ex0101.swift")
    try write("junk", "ada/.DS_Store")
    let submission = Submission("\(folder.path)/ada", workspace: small.workspace)
    #expect(submission.student == "ada")
    #expect(submission.answers == [.scale: "answer"])
    #expect(submission.remarks.count == Exercise.all.count - 1)  // the others are missing
  }

  @Test func `a stub does not count as an answer`() throws {
    for exercise in Exercise.all {
      try write(small.workspace.stub(of: exercise), "ada/\(exercise.typeName).swift")
    }
    let submission = Submission("\(folder.path)/ada", workspace: small.workspace)
    #expect(submission.answers == [:] && submission.remarks == [])
  }

  @Test func `a folder without answers gets a remark`() throws {
    try write("text", "ada/essay.txt")
    #expect(
      Submission("\(folder.path)/ada", workspace: small.workspace).remarks == [
        "no file such as Ex0101.swift in it"
      ])
  }

  @Test func `links, giant files and binary files get remarks`() throws {
    try write("answer", "ada/Ex0301.swift")
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/ada/Ex0101.swift", withDestinationPath: "/etc/passwd")
    try write(String(repeating: "x", count: 300_000), "ada/Ex0102.swift")
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: "\(folder.path)/ada/Ex0103.swift"))
    let submission = Submission("\(folder.path)/ada", workspace: small.workspace)
    #expect(submission.answers == [.fakeQuantize: "answer"])
    #expect(
      submission.remarks.prefix(3) == [
        "Ex0101.swift: it is a link, not a file", "Ex0102.swift: it has 300000 bytes",
        "Ex0103.swift: it is not UTF-8 text",
      ])
  }
}
