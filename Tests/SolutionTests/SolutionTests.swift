import ExerciseChecks
import ExerciseKit
import Foundation
import Solutions
import TestSupport
import Testing

@Suite struct SolutionTests {
  @Test func `every exercise has a solution in the list`() {
    let missing = Exercise.all.filter { !Solution.all.map(\.exercise).contains($0) }.map(\.id)
    #expect(missing == [], "each needs a line in Solution.all, in Tests/Solutions/Solution.swift")
    #expect(Solution.all.map(\.exercise.id) == Exercise.all.map(\.id), "in the order of Exercise.all")
  }

  @Test(arguments: Solution.all) func `a reference solution is right`(_ solution: Solution) throws {
    #expect(try solution.check() == [])
  }

  /// Checks the wrong answers of each exercise: once, for several tests.
  private static let found = Result {
    try Dictionary(
      uniqueKeysWithValues: Solution.all.map { solution in
        (solution.exercise, try solution.wrongAnswers.map { try $0.check() })
      })
  }

  /// What is found in each of the wrong answers to an exercise.
  private func found(_ solution: Solution) throws -> [[Finding]] {
    try #require(Self.found.get()[solution.exercise])
  }

  @Test(arguments: Solution.all)
  func `every wrong answer is caught by its own explanation`(_ solution: Solution) throws {
    #expect(solution.wrongAnswers.count >= 4)
    for (wrong, findings) in zip(solution.wrongAnswers, try found(solution)) {
      #expect(findings.map(\.id) == [wrong.expectedFinding], "\(findings)")
    }
  }

  @Test(arguments: Solution.all) func `a finding refers to a heading that exists`(_ solution: Solution) throws
  {
    let sections = try found(solution).joined().compactMap(\.section)
    for section in sections + [solution.exercise.section] {
      let match = try #require(try /lesson (\d+), "(.+)"/.wholeMatch(in: section), "\(section)")
      let path = "\(Checkout.root)/Lessons/lesson-\(match.1.count < 2 ? "0" : "")\(match.1)/main.swift"
      let lesson = try String(contentsOfFile: path, encoding: .utf8)
      #expect(lesson.contains("\n//: ## \(match.2)\n"), "\(path) has no heading \(match.2)")
    }
  }

  @Test(arguments: Solution.all) func `every picture of a finding can be drawn`(_ solution: Solution) throws {
    let figures = try found(solution).joined().compactMap(\.figure)
    for figure in figures { try figure.validate() }
    if let first = figures.first { #expect(try !first.png().isEmpty) }
  }

  @Test(arguments: Solution.all)
  func `an exercise has three hints, none of which gives the answer away`(_ solution: Solution) throws {
    let exercise = solution.exercise
    #expect(exercise.hints.count == 3)
    let path = "\(Checkout.root)/\(ExerciseFile.solution.path(of: exercise))"
    let source = try String(contentsOfFile: path, encoding: .utf8)
    let body = source.split(separator: "\n").drop { !$0.contains("static func") }
      .drop { !$0.hasSuffix("{") }.dropFirst().prefix { $0.hasPrefix("    ") }
    #expect(!body.isEmpty)
    for line in body {
      let code = line.drop { $0 == " " }
      for hint in exercise.hints where code.count > 12 { #expect(!hint.contains(code)) }
    }
  }

  @Test func `an exercise is linked from its lesson`() throws {
    for exercise in Exercise.all {
      let path = "\(Checkout.root)/Lessons/lesson-\(exercise.id.prefix(2))/main.swift"
      let lesson = try String(contentsOfFile: path, encoding: .utf8)
      #expect(lesson.contains("@ex-\(exercise.id)"), "\(path) does not mention \(exercise.id)")
    }
  }

  @Test(arguments: ExerciseFile.allCases)
  func `every exercise has all its files, and every file its exercise`(_ file: ExerciseFile) throws {
    let (expected, found) = (Set(Exercise.all.map(file.path)), Set(try file.existing()))
    #expect(expected.subtracting(found).sorted() == [], "an exercise in Exercise.all lacks the file")
    #expect(found.subtracting(expected).sorted() == [], "the file's exercise is not in Exercise.all")
  }
}

/// The files of an exercise.
enum ExerciseFile: String, CaseIterable {
  case contract = "Sources/Course/ExerciseKit"
  case check = "Sources/Course/ExerciseChecks"
  case answer = "Lessons/Exercises"
  case stub = "Lessons/Exercises/Stubs"
  case solution = "Tests/Solutions"

  /// The path of an exercise's file, from the root.
  func path(of exercise: Exercise) -> String {
    let number = exercise.typeName.dropFirst("Ex".count)
    let name =
      switch self {
      case .contract: "Lesson\(number.prefix(2))/Exercise\(number).swift"
      case .check: "Lesson\(number.prefix(2))/Check\(number).swift"
      case .answer: "Ex\(number).swift"
      case .stub: "Ex\(number).stub"
      case .solution: "Solution\(number).swift"
      }
    return "\(rawValue)/\(name)"
  }

  /// The paths of the files of this kind, from the root; any other file among answers or stubs counts as one.
  func existing() throws -> [String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: "\(Checkout.root)/\(rawValue)")
    return names.filter { name in
      switch self {
      case .contract, .check: name.contains(/^Lesson\d\d\/.*\.swift$/)
      case .answer: name != "Stubs" && !name.hasPrefix("Stubs/")
      case .stub: true
      case .solution: name.contains(/^Solution\d+\.swift$/)
      }
    }.map { "\(rawValue)/\($0)" }
  }
}

extension Solution: CustomTestStringConvertible {
  /// The exercise's number, which names the case.
  public var testDescription: String { exercise.id }
}
