import ExerciseKit
import Exercises
import Foundation
import Solutions
import TestSupport
import Testing

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
    Case(
      exercise: .sqnr, solution: { try check(Solution0201.self) }, stub: { try check(Ex0201.self) },
      wrong: Wrong0201.all),
    Case(
      exercise: .channelScales, solution: { try check(Solution0202.self) }, stub: { try check(Ex0202.self) },
      wrong: Wrong0202.all),
    Case(
      exercise: .halving, solution: { try check(Solution0203.self) }, stub: { try check(Ex0203.self) },
      wrong: Wrong0203.all),
    Case(
      exercise: .bestThreshold, solution: { try check(Solution0204.self) }, stub: { try check(Ex0204.self) },
      wrong: Wrong0204.all),
    Case(
      exercise: .fakeQuantize, solution: { try check(Solution0301.self) }, stub: { try check(Ex0301.self) },
      wrong: Wrong0301.all),
    Case(
      exercise: .straightThrough, solution: { try check(Solution0302.self) },
      stub: { try check(Ex0302.self) },
      wrong: Wrong0302.all),
    Case(
      exercise: .movingAverage, solution: { try check(Solution0303.self) }, stub: { try check(Ex0303.self) },
      wrong: Wrong0303.all),
    Case(
      exercise: .training, solution: { try check(Solution0304.self) }, stub: { try check(Ex0304.self) },
      wrong: Wrong0304.all),
    Case(
      exercise: .moments, solution: { try check(Solution0401.self) }, stub: { try check(Ex0401.self) },
      wrong: Wrong0401.all),
    Case(
      exercise: .parameters, solution: { try check(Solution0402.self) }, stub: { try check(Ex0402.self) },
      wrong: Wrong0402.all),
    Case(
      exercise: .ownLayer, solution: { try check(Solution0403.self) }, stub: { try check(Ex0403.self) },
      wrong: Wrong0403.all),
    Case(
      exercise: .composed, solution: { try check(Solution0501.self) }, stub: { try check(Ex0501.self) },
      wrong: Wrong0501.all),
    Case(
      exercise: .learnedMax, solution: { try check(Solution0502.self) }, stub: { try check(Ex0502.self) },
      wrong: Wrong0502.all),
    Case(
      exercise: .ownWrapper, solution: { try check(Solution0503.self) }, stub: { try check(Ex0503.self) },
      wrong: Wrong0503.all),
    Case(
      exercise: .clipCall, solution: { try check(Solution0504.self) }, stub: { try check(Ex0504.self) },
      wrong: Wrong0504.all),
    Case(
      exercise: .batchNormFolding, solution: { try check(Solution0601.self) },
      stub: { try check(Ex0601.self) },
      wrong: Wrong0601.all),
    Case(
      exercise: .placement, solution: { try check(Solution0602.self) }, stub: { try check(Ex0602.self) },
      wrong: Wrong0602.all),
    Case(
      exercise: .codesLeft, solution: { try check(Solution0603.self) }, stub: { try check(Ex0603.self) },
      wrong: Wrong0603.all),
    Case(
      exercise: .multiplier, solution: { try check(Solution0701.self) }, stub: { try check(Ex0701.self) },
      wrong: Wrong0701.all),
    Case(
      exercise: .requantized, solution: { try check(Solution0702.self) }, stub: { try check(Ex0702.self) },
      wrong: Wrong0702.all),
    Case(
      exercise: .layerSensitivity, solution: { try check(Solution0703.self) },
      stub: { try check(Ex0703.self) },
      wrong: Wrong0703.all),
  ]
}

@Suite struct SolutionTests {
  @Test func everyExerciseHasACase() {
    #expect(Case.all.map(\.exercise) == Exercise.all)
  }

  @Test(arguments: Case.all) func solutionIsClean(_ exercise: Case) throws {
    #expect(try exercise.solution() == [])
  }

  @Test(arguments: Case.all) func eachMisconceptionIsCaughtByItsOwnExplanation(_ exercise: Case) throws {
    #expect(exercise.wrong.count >= 4)
    for wrong in exercise.wrong {
      let findings = try wrong.check()
      #expect(findings.map(\.id) == [wrong.expectedFinding], "\(findings)")
    }
  }

  @Test(arguments: Case.all) func aFindingSendsToAHeadingThatExists(_ exercise: Case) throws {
    for section in try exercise.wrong.flatMap({ try $0.check().map(\.section) }) + [exercise.exercise.section]
    {
      let match = try #require(try /lesson (\d+), "(.+)"/.wholeMatch(in: section), "\(section)")
      let path = "\(Checkout.root)/Lessons/lesson-0\(match.1)/main.swift"
      let lesson = try String(contentsOfFile: path, encoding: .utf8)
      #expect(lesson.contains("\n//: ## \(match.2)\n"), "\(path) has no heading \(match.2)")
    }
  }

  @Test(arguments: Case.all) func everyPictureCanBeDrawn(_ exercise: Case) throws {
    let figures = try exercise.wrong.flatMap { try $0.check().compactMap(\.figure) }
    for figure in figures { try figure.validate() }
    if let first = figures.first { #expect(try !first.png().isEmpty) }
  }

  @Test(arguments: Case.all) func threeHintsAndNoneGivesTheAnswerAway(_ exercise: Case) throws {
    #expect(exercise.exercise.hints.count == 3)
    let name = exercise.exercise.typeName.replacing("Ex", with: "Solution")
    let source = try String(contentsOfFile: "\(Checkout.root)/Tests/Solutions/\(name).swift", encoding: .utf8)
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
      let path = "\(Checkout.root)/Lessons/lesson-\(exercise.id.prefix(2))/main.swift"
      let lesson = try String(contentsOfFile: path, encoding: .utf8)
      #expect(lesson.contains("@ex-\(exercise.id)"), "\(path) does not mention \(exercise.id)")
    }
  }

  @Test func thereAreNoOrphanFiles() throws {
    let folder = "\(Checkout.root)/Lessons/Exercises"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(files.sorted() == Exercise.all.map { "\($0.typeName).swift" } + ["Stubs"])
  }

  // A student's own work must not turn `swift test` red here, so this is for the project's checks alone.
  @Test(
    .enabled("only where CI is set") { ProcessInfo.processInfo.environment["CI"] != nil }, arguments: Case.all
  )
  func stubIsUnsolved(_ exercise: Case) throws {
    let path = "\(Checkout.root)/Lessons/Exercises/\(exercise.exercise.typeName).swift"
    #expect(exercise.exercise.isUnsolved(in: try String(contentsOfFile: path, encoding: .utf8)))
    #expect(throws: Todo(exercise.exercise.id)) { _ = try exercise.stub() }
  }
}
