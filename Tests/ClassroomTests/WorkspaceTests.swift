import Classroom
import ExerciseKit
import Foundation
import Support
import TestSupport
import Testing

@Suite struct WorkspaceTests {
  private let small: SmallWorkspace

  init() throws { small = try SmallWorkspace() }

  @Test func `a workspace is found from a folder inside it`() throws {
    let inside = "\(small.workspace.root)/\(Workspace.exercises)"
    #expect(try Workspace(around: inside).root == small.workspace.root)
  }

  @Test func `a folder outside of any workspace is an error with the remedy`() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: ClassroomError.self) { try Workspace(around: folder.path) }
    #expect(error?.description.contains("run qat in a checkout or a handout") == true)
  }

  @Test func `the status of an answer is read from its text`() throws {
    let path = Workspace.path(of: .scale)
    #expect(try small.workspace.assessment(of: .scale)?.status == .notBegun)
    let stub = try small.read(path)
    try small.write(stub.replacing("throw", with: "let steps = 3\n    throw"), to: path)
    #expect(try small.workspace.assessment(of: .scale)?.status == .begun)
    try small.write(stub.replacing("throw Todo(\"01.1\")", with: "return 1"), to: path)
    #expect(try small.workspace.assessment(of: .scale)?.status == nil)
  }

  @Test func `a Todo that is left in a comment does not wait`() throws {
    let path = Workspace.path(of: .scale)
    let stub = try small.read(path)
    for comment in ["/* throw Todo(\"01.1\") */ return 1", "return 1  // throw Todo(\"01.1\")"] {
      try small.write(stub.replacing("throw Todo(\"01.1\")", with: comment), to: path)
      #expect(try small.workspace.assessment(of: .scale) == nil)
    }
  }

  @Test func `a file that declares another answer is charged, and one that uses what is banned`() throws {
    let stub = try small.read(Workspace.path(of: .scale))
    try small.write(stub + "\npublic enum Ex0102 {}\n", to: Workspace.path(of: .scale))
    let assessment = try small.workspace.assessment(of: .scale)
    #expect(assessment?.status == .doesNotCompile && assessment?.finding?.id == "redeclares")
    #expect(
      assessment?.finding?.observation
        == "Lessons/Exercises/Ex0101.swift declares Ex0102, which is the answer in Lessons/Exercises/Ex0102.swift."
    )
    #expect(assessment?.finding?.description.contains("Read again") == false)
    #expect(try small.workspace.assessment(of: .zeroPoint)?.status == .notBegun)

    let path = Workspace.path(of: .clipCall)
    let call = "return layer(inputs.clipped(min: low.value, max: high.value), training: training)"
    try small.write(small.read(path).replacing("throw Todo(\"05.4\")", with: call), to: path)
    let banned = try small.workspace.assessment(of: .clipCall)
    #expect(banned?.status == .wrong && banned?.finding?.id == "not-allowed")
    #expect(banned?.finding?.observation.hasPrefix("Ex0504.swift uses `clipped`") == true)
  }

  @Test func `a reset keeps every answer`() throws {
    let path = Workspace.path(of: .scale)
    let stub = try small.read(path)
    #expect(try small.workspace.reset(.scale) == .wasStub)
    for number in 1...3 {
      try small.write("answer \(number)", to: path)
      #expect(try small.workspace.reset(.scale) == .kept("output/attempts/Ex0101-\(number).swift"))
      #expect(try small.read(path) == stub)
    }
    for number in 1...3 {
      #expect(try small.read("output/attempts/Ex0101-\(number).swift") == "answer \(number)")
    }
  }

  @Test func `a missing file is told, and a reset makes it the stub`() throws {
    let path = Workspace.path(of: .zeroPoint)
    let stub = try small.read(path)
    try FileManager.default.removeItem(atPath: "\(small.workspace.root)/\(path)")
    let assessment = try small.workspace.assessment(of: .zeroPoint)
    #expect(assessment?.status == .missing)
    #expect(assessment?.finding?.observation == "Lessons/Exercises/Ex0102.swift is missing.")
    #expect(assessment?.finding?.likelyCause.contains("swift run qat reset 01.2") == true)
    #expect(try small.workspace.reset(.zeroPoint) == .wasMissing)
    #expect(try small.read(path) == stub)
    #expect(!FileManager.default.fileExists(atPath: "\(small.workspace.root)/output"))
  }

  @Test(arguments: ["too large", "not text", "not a file", "missing"])
  func `what is no answer is told, and a reset keeps it as it is`(_ word: String) throws {
    let path = "\(small.workspace.root)/\(Workspace.path(of: .scale))"
    let stub = try AtomicFile.read(path)
    let large = [UInt8](repeating: 65, count: AnswerFile.sizeLimit + 1)
    try FileManager.default.removeItem(atPath: path)
    switch word {
    case "too large": try AtomicFile.write(large, to: path)
    case "not text": try AtomicFile.write([0xFF, 0xFE, 0x41, 0x00], to: path)
    case "not a file": try AtomicFile.createFolder("\(path)/inside")
    default: try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "nowhere")
    }
    let status = ExerciseStatus(rawValue: word)
    #expect(try small.workspace.assessment(of: .scale)?.status == status)
    #expect(try small.workspace.reset(.scale) == .kept("output/attempts/Ex0101-1.swift"))
    #expect(try AtomicFile.read(path) == stub)
    let kept = "\(small.workspace.root)/output/attempts/Ex0101-1.swift"
    switch word {
    case "too large": #expect(try AtomicFile.read(kept) == large)
    case "not text": #expect(try AtomicFile.read(kept) == [0xFF, 0xFE, 0x41, 0x00])
    case "not a file": #expect(try FileManager.default.contentsOfDirectory(atPath: kept) == ["inside"])
    default: #expect(try FileManager.default.destinationOfSymbolicLink(atPath: kept) == "nowhere")
    }
  }

  @Test func `a stub with the line ends of Windows is still the stub`() throws {
    let path = Workspace.path(of: .scale)
    let stub = try small.read(path)
    try small.write(stub.replacing("\n", with: "\r\n"), to: path)
    #expect(try small.workspace.assessment(of: .scale)?.status == .notBegun)
    try small.write("// mine\r\n" + stub.replacing("\n", with: "\r\n"), to: path)
    #expect(try small.workspace.assessment(of: .scale)?.status == .begun)
  }

  @Test func `a handout says that it has no solutions`() {
    let error = #expect(throws: ClassroomError.self) { try small.workspace.solution(of: .scale) }
    #expect(error?.description.contains("handed out without solutions") == true)
  }

  @Test(arguments: Exercise.all) func `a solution is shown without its wrong answers`(_ exercise: Exercise)
    throws
  {
    let solution = try Workspace(root: Checkout.root).solution(of: exercise)
    #expect(solution.contains("public enum \(exercise.typeName.replacing("Ex", with: "Solution"))"))
    #expect(!solution.contains("Wrong"))
  }

  @Test(arguments: Exercise.all) func `a stub is unsolved and names its commands`(_ exercise: Exercise) throws
  {
    let stub = try Workspace(root: Checkout.root).stub(of: exercise)
    #expect(exercise.isUnsolved(in: stub))
    #expect(
      stub.contains("swift run qat check \(exercise.id) ") && stub.contains("qat hint \(exercise.id)\n"))
  }

  @Test(arguments: Exercise.all) func `a stub says where a tie goes if the contract does`(
    _ exercise: Exercise
  ) throws {
    let number = exercise.typeName.dropFirst(2)
    let path = "\(Checkout.root)/Sources/Course/ExerciseKit/Lesson\(number.prefix(2))/Exercise\(number).swift"
    let source = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    let contract = try #require(source.firstMatch(of: /(?s)public protocol .*?\n}/)).output
    let stub = try Workspace(root: Checkout.root).stub(of: exercise)
    let rule = /\bties? |equally near/
    #expect(
      !contract.contains(rule) || contract.contains("Ties may go either way") || stub.contains(rule))
  }

  // A student edits the exercises, so this is for the project's checks alone.
  @Test(
    .enabled("only where CI is set") { ProcessInfo.processInfo.environment["CI"] != nil },
    arguments: Exercise.all)
  func `the exercise in the repository is its stub`(_ exercise: Exercise) throws {
    let checkout = Workspace(root: Checkout.root)
    #expect(
      try checkout.answer(to: exercise) == .text(checkout.stub(of: exercise)),
      "cp \(Workspace.path(of: exercise)) \(Workspace.stubs)/\(exercise.typeName).stub")
  }
}
