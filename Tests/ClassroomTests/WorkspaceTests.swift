import Classroom
import ExerciseKit
import Foundation
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
    #expect(try small.workspace.status(of: .scale) == .notBegun)
    let stub = try small.read(path)
    try small.write(stub.replacing("throw", with: "let steps = 3\n    throw"), to: path)
    #expect(try small.workspace.status(of: .scale) == .begun)
    try small.write(stub.replacing("throw Todo(\"01.1\")", with: "return 1"), to: path)
    #expect(try small.workspace.status(of: .scale) == nil)
  }

  @Test func `a reset keeps every answer`() throws {
    let path = Workspace.path(of: .scale)
    let stub = try small.read(path)
    #expect(try small.workspace.reset(.scale) == nil)
    for number in 1...3 {
      try small.write("answer \(number)", to: path)
      #expect(try small.workspace.reset(.scale) == "output/attempts/Ex0101-\(number).swift")
      #expect(try small.read(path) == stub)
    }
    for number in 1...3 {
      #expect(try small.read("output/attempts/Ex0101-\(number).swift") == "answer \(number)")
    }
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

  // A student edits the exercises, so this is for the project's checks alone.
  @Test(
    .enabled("only where CI is set") { ProcessInfo.processInfo.environment["CI"] != nil },
    arguments: Exercise.all)
  func `the exercise in the repository is its stub`(_ exercise: Exercise) throws {
    let checkout = Workspace(root: Checkout.root)
    #expect(
      try checkout.answer(to: exercise) == checkout.stub(of: exercise),
      "cp \(Workspace.path(of: exercise)) \(Workspace.stubs)/\(exercise.typeName).stub")
  }
}
