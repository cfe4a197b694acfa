import ExerciseKit
import Exercises
import Solutions
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// An exercise with its reference solution and its named wrong answers.
struct Case: Sendable, CustomTestStringConvertible {
  let exercise: Exercise
  let solution: @Sendable () throws -> [Finding]
  let stub: @Sendable () throws -> [Finding]
  let wrong: [WrongAnswer]

  var testDescription: String { exercise.id }

  static let all = [
    Case(
      exercise: .scale, solution: { try check(Solution0101.self) }, stub: { try check(Ex0101.self) },
      wrong: Wrong0101.all),
    Case(
      exercise: .zeroPoint, solution: { try check(Solution0102.self) }, stub: { try check(Ex0102.self) },
      wrong: Wrong0102.all),
    Case(
      exercise: .quantize, solution: { try check(Solution0103.self) }, stub: { try check(Ex0103.self) },
      wrong: Wrong0103.all),
  ]
}

@Suite struct SolutionTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  @Test func everyExerciseHasACase() {
    #expect(Case.all.map(\.exercise) == Exercise.all)
  }

  @Test(arguments: Case.all) func solutionIsClean(_ exercise: Case) throws {
    #expect(try exercise.solution() == [])
  }

  @Test(arguments: Case.all) func eachMisconceptionIsCaughtByItsOwnExplanation(_ exercise: Case) throws {
    #expect(exercise.wrong.count >= 2)
    for wrong in exercise.wrong {
      let findings = try wrong.check()
      #expect(findings.first?.id == wrong.expectedFinding, "\(exercise.exercise.id)")
      #expect(findings.first?.section.isEmpty == false)
    }
  }

  @Test(arguments: Case.all) func threeHintsAndNoneGivesTheAnswerAway(_ exercise: Case) throws {
    #expect(exercise.exercise.hints.count == 3)
    let name = exercise.exercise.typeName.replacing("Ex", with: "Solution")
    let source = try String(contentsOfFile: "\(Self.root)/Tests/Solutions/\(name).swift", encoding: .utf8)
    let body = source.split(separator: "\n").drop { !$0.contains("static func") }.dropFirst()
      .prefix { $0.hasPrefix("    ") }
    #expect(!body.isEmpty)
    for line in body {
      let code = line.drop { $0 == " " }
      for hint in exercise.exercise.hints where code.count > 12 { #expect(!hint.contains(code)) }
    }
  }

  @Test func anExerciseIsLinkedFromItsLesson() throws {
    for exercise in Exercise.all {
      let path = "\(Self.root)/Lessons/lesson-\(exercise.id.prefix(2))/main.swift"
      let lesson = try String(contentsOfFile: path, encoding: .utf8)
      #expect(lesson.contains("@ex-\(exercise.id)"), "\(path) does not mention \(exercise.id)")
    }
  }

  @Test func thereAreNoOrphanFiles() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/Lessons/Exercises").sorted()
    #expect(files == Exercise.all.map { "\($0.typeName).swift" })
  }

  // A student's own work must not turn `swift test` red here, so this is for the project's checks alone.
  @Test(
    .enabled("only where CI is set") { ProcessInfo.processInfo.environment["CI"] != nil }, arguments: Case.all
  )
  func stubIsUnsolved(_ exercise: Case) throws {
    let path = "\(Self.root)/Lessons/Exercises/\(exercise.exercise.typeName).swift"
    #expect(exercise.exercise.isUnsolved(in: try String(contentsOfFile: path, encoding: .utf8)))
    #expect(throws: Todo(exercise.exercise.id)) { _ = try exercise.stub() }
  }
}
