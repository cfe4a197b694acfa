import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing

@Suite struct SubmissionTests {
  private let small: SmallWorkspace
  private let folder: TemporaryFolder

  init() throws { (small, folder) = (try SmallWorkspace(), try TemporaryFolder()) }

  private func put(_ text: String, _ path: String) throws {
    let whole = URL(fileURLWithPath: "\(folder.path)/\(path)")
    try FileManager.default.createDirectory(
      at: whole.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: whole)
  }

  private func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(folder.path)/\(path)", withDestinationPath: target)
  }

  private func read(_ name: String) throws -> Submission {
    try Submission(BytePath("\(folder.path)/\(name)"), workspace: small.workspace)
  }

  /// What is told of an exercise: the status and the observation.
  private func problem(_ submission: Submission, _ exercise: Exercise) -> String? {
    submission.problems[exercise].map { "\($0.status.rawValue): \($0.finding?.observation ?? "")" }
  }

  @Test(arguments: ["ada", "ada/Lessons/Exercises", "ada/swift-qat/Lessons/Exercises", "ada/answers"])
  func `answers are found at any depth of the folder handed in`(_ subfolder: String) throws {
    try put("answer", "\(subfolder)/Ex0101.swift")
    try put("junk", "ada/.DS_Store")
    for name in ["ada", "ada/"] {
      let submission = try read(name)
      #expect(submission.student == "ada")
      #expect(submission.answers == [.scale: "answer"])
      #expect(submission.problems.count == Exercise.all.count - 1)
      #expect(submission.problems.values.allSatisfy { $0.status == .missing })
      #expect(
        submission.remarks.count == 1 && submission.remarks[0].hasPrefix("missing: Ex0102.swift, Ex0103"))
    }
  }

  @Test func `a stub does not count as an answer, with the line ends of any system`() throws {
    for exercise in Exercise.all {
      let stub = try small.workspace.stub(of: exercise)
      try put(stub, "ada/\(exercise.typeName).swift")
      try put(stub.replacing("\n", with: "\r\n"), "bob/\(exercise.typeName).swift")
      try put("\u{FEFF}" + stub, "eve/\(exercise.typeName).swift")
    }
    for name in ["ada", "bob", "eve"] {
      let submission = try read(name)
      #expect(submission.answers == [:] && submission.remarks == [] && submission.problems == [:])
    }
  }

  @Test func `a file that declares another exercise's answer is charged alone`() throws {
    try put("public enum Ex0101: Exercise0101 {}\n", "ada/Ex0101.swift")
    try put("public enum Ex0102: Exercise0102 {}\npublic enum Ex0101 {}\n", "ada/Ex0102.swift")
    let submission = try read("ada")
    #expect(submission.answers.keys.sorted { $0.id < $1.id } == [.scale])
    #expect(submission.problems[.zeroPoint]?.status == .doesNotCompile)
    #expect(submission.problems[.zeroPoint]?.finding?.id == "redeclares")
    #expect(submission.remarks.first?.hasPrefix("Lessons/Exercises/Ex0102.swift declares Ex0101") == true)
  }

  @Test func `a folder without answers gets a remark`() throws {
    try put("text", "ada/essay.txt")
    let submission = try read("ada")
    #expect(submission.remarks == ["no file such as Ex0101.swift in it"])
    #expect(submission.problems.values.count { $0.status == .missing } == Exercise.all.count)
  }

  @Test func `what is no answer has its own word and reason`() throws {
    try put("answer", "ada/Ex0301.swift")
    try link("ada/Ex0101.swift", to: "Ex0301.swift")
    try put(String(repeating: "x", count: 300_000), "ada/Ex0102.swift")
    let file = { (name: String) in "\(folder.path)/ada/\(name).swift" }
    try AtomicFile.write([0x41, 0xFF, 0x42], to: file("Ex0103"))
    try AtomicFile.write([0xFF, 0xFE, 0x41, 0x00], to: file("Ex0201"))
    try AtomicFile.write(Array("a\0b".utf8), to: file("Ex0202"))
    try AtomicFile.createFolder(file("Ex0203"))
    #expect(mkfifo(file("Ex0204"), 0o600) == 0)
    let submission = try read("ada")
    #expect(submission.answers == [.fakeQuantize: "answer"])
    let expected: [(Exercise, String)] = [
      (.scale, "a link: Ex0101.swift is a link, not a file"),
      (.zeroPoint, "too large: Ex0102.swift has 300000 bytes; an answer has at most 262144"),
      (.quantize, "not text: Ex0103.swift is not UTF-8 text"),
      (.sqnr, "not text: Ex0201.swift is UTF-16; Swift files are UTF-8, so save it as that"),
      (.channelScales, "not text: Ex0202.swift is not UTF-8 text"),
      (.halving, "not a file: Ex0203.swift is a folder, not a file"),
      (.bestThreshold, "not a file: Ex0204.swift is a pipe, not a file"),
      (.straightThrough, "missing: Ex0302.swift is missing"),
    ]
    for (exercise, text) in expected { #expect(problem(submission, exercise) == text) }
    let reasons = expected.dropLast().map { $0.1.split(separator: ": ", maxSplits: 1).last.map(String.init) }
    #expect(submission.remarks.dropLast() == reasons.compactMap { $0 }[...])
  }

  @Test(arguments: [
    ("ada", "ada"), ("ada/Lessons", "ada"), ("ada/Lessons/Exercises", "ada"), ("ada/inner", "ada"),
    ("ada/inner/Lessons/Exercises", "ada"),
  ])
  func `no folder is found through a link, at any level`(_ place: String, _ student: String) throws {
    // Another student's answers, at the depth at which they would be found.
    let below = ["Lessons/Exercises", "Exercises", ""]
    let rest = place.hasSuffix("Exercises") ? below[2] : place.hasSuffix("Lessons") ? below[1] : below[0]
    try put("theirs", "bob/\(rest)/Ex0101.swift")
    try AtomicFile.createFolder(
      "\(folder.path)/" + place.split(separator: "/").dropLast().joined(separator: "/"))
    try link(place, to: "\(folder.path)/bob")
    for name in [student, student + "/"] {
      let submission = try read(name)
      #expect(submission.answers == [:])
      #expect(submission.problems.values.count { $0.status == .isLink } == Exercise.all.count)
      #expect(
        submission.remarks.count == 1 && submission.remarks[0].hasSuffix("is a link, which is not followed"))
    }
  }

  // MARK: - Names

  private func students(_ names: [String]) throws -> [String] {
    for name in names { try AtomicFile.createFolder("\(folder.path)/\(name)") }
    return try ClassList(names.map { BytePath("\(folder.path)/\($0)") }).entries.map(\.student)
  }

  @Test func `a student is a path as far as it differs`() throws {
    #expect(try students(["in/ada/", "in/bob"]) == ["ada", "bob"])
    #expect(try students(["in/ada"]) == ["ada"])
    #expect(
      try students(["in/ada/Lessons/Exercises", "in/bob/Lessons/Exercises"])
        == ["ada/Lessons/Exercises", "bob/Lessons/Exercises"])
    #expect(try students(["in/a", "in/a/b"]) == ["a", "a/b"])
  }

  @Test func `a folder that is missing or named twice is refused`() throws {
    _ = try students(["ada"])
    try link("link", to: "ada")
    let paths = ["ada", "link", "ada/", "nobody"].map { BytePath("\(folder.path)/\($0)") }
    for other in paths[1...] {
      #expect(throws: ClassroomError.self) { try ClassList([paths[0], other]) }
    }
  }

  @Test func `a name that is no UTF-8 is a student like any other`() throws {
    let name = BytePath(bytes: Array("M".utf8) + [0xFC] + Array("ller".utf8))
    let path = BytePath(folder.path).appending(name)
    guard path.withCString({ mkdir($0, 0o755) }) == 0 else { return }  // a file system that takes UTF-8 alone
    defer { _ = path.withCString { rmdir($0) } }
    let file = path.appending("Ex0101.swift")
    let descriptor = file.withCString { open($0, O_WRONLY | O_CREAT, 0o644) }
    #expect(Array("answer".utf8).withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) } == 6)
    close(descriptor)
    defer { _ = file.withCString { unlink($0) } }
    let entry = try ClassList([path]).entries[0]
    #expect(entry.student == "M\\xFCller")
    let submission = try Submission(entry.folder, as: entry.student, workspace: small.workspace)
    #expect(submission.answers == [.scale: "answer"] && submission.path.hasSuffix("/M\\xFCller"))
  }

  @Test func `arguments whose texts are the same are still different folders`() {
    let names = [[0xFC], [0xF6], [0x61]].map { BytePath(bytes: $0) }
    let texts = ["\u{FFFD}", "a", "\u{FFFD}", "b"]
    let found = BytePath.arguments(texts, of: [BytePath("qat"), BytePath("grade")] + names)
    #expect(found == [names[0], names[2], names[1], BytePath("b")])
  }

  @Test func `different bytes are written as different texts`() {
    #expect(BytePath(bytes: [0x61, 0xFF, 0xC3, 0xA4, 0xE2, 0x82]).description == "a\\xFFä\\xE2\\x82")
    #expect(BytePath("äöü").description == "äöü")
  }
}
