import ExerciseKit
import Foundation
import TestSupport
import Testing

@testable import examiner

extension StudentAnswer {
  /// Checks the answer to an exercise and marks what is wrong on the student's file.
  ///
  /// It runs in a process of its own first: a crash or an endless loop there is a finding like any other, and
  /// the rest of the tests go on. That child always fails; how it failed says what happened.
  static func judge(_ exercise: Exercise) async throws {
    let id = exercise.id
    let child = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [id = id as String] in
      Sandbox.run { try #require(StudentAnswer.of(id)).check() }
    }
    guard let child else { return }
    if child.exitStatus == .exitCode(Sandbox.finished) {
      return try report(#require(StudentAnswer.of(id)).check(), for: exercise)
    }
    let signal: Int32? = if case .signal(let number) = child.exitStatus { number } else { nil }
    let finding = Sandbox.finding(
      for: exercise, endedBy: signal, standardError: child.standardErrorContent)
    try report([finding], for: exercise)
  }

  /// Marks each finding on the student's file, with a picture where there is one.
  private static func report(_ findings: [Finding], for exercise: Exercise) throws {
    for finding in findings {
      if let figure = finding.figure {
        Attachment.record(try figure.png(), named: "\(exercise.id)-\(finding.id).png")
      }
      let location = SourceLocation(
        fileID: "Exercises/\(exercise.typeName).swift", filePath: path(of: exercise), line: 1, column: 1)
      Issue.record("\(finding)\nStuck? swift run qat hint \(exercise.id)", sourceLocation: location)
    }
  }

  /// The path of an exercise's file.
  private static func path(of exercise: Exercise) -> String {
    "\(Checkout.root)/Lessons/Exercises/\(exercise.typeName).swift"
  }

  /// True once the student has begun: the file no longer throws its `Todo`.
  static func isBegun(_ exercise: Exercise) -> Bool {
    guard let text = try? String(contentsOfFile: path(of: exercise), encoding: .utf8) else { return false }
    return !exercise.isUnsolved(in: text)
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips an exercise that no one has begun, and says so.
  static func exercise(_ exercise: Exercise) -> Self {
    .enabled("\(exercise.id) waits for your code: Lessons/Exercises/\(exercise.typeName).swift has its Todo")
    {
      StudentAnswer.isBegun(exercise)
    }
  }
}
