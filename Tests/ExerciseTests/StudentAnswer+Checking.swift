import ExerciseChecks
import ExerciseKit
import Foundation
import TestSupport
import Testing

@testable import examiner

extension ObservedAnswer: CustomTestStringConvertible {
  /// The exercise's number, which names the case.
  public var testDescription: String { exercise.id }

  /// The path of the student's file.
  private var path: String { "\(Checkout.root)/Lessons/Exercises/\(exercise.typeName).swift" }

  /// The student's file, if it can be read.
  private var text: String? { try? String(contentsOfFile: path, encoding: .utf8) }

  /// True once the student has begun: the file no longer throws its `Todo`.
  var isBegun: Bool { text.map { !exercise.isUnsolved(in: $0) } ?? false }

  /// Checks the answer in this process.
  func check() throws -> [Finding] {
    if let banned = text.flatMap({ Finding(banned: $0, of: exercise) }) { return [banned] }
    return try Judge.findings(of: exercise, in: Remote(self))
  }

  /// Checks the answer and marks each mistake on the student's file.
  ///
  /// It runs in a child process first, so that a crash or an endless loop is a finding like any other and the rest
  /// of the tests go on. The child always fails; the way it failed says what happened.
  func expectRight() async throws {
    let id = exercise.id
    let child = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      [id = id as String] in
      Sandbox.run { try #require(StudentAnswer.of(id)).check() }
    }
    guard let child else { return }
    if child.exitStatus == .exitCode(Sandbox.finished) { return try report(check()) }
    let signal: Int32? = if case .signal(let number) = child.exitStatus { number } else { nil }
    try report([
      Sandbox.finding(for: exercise, endedBy: signal, standardError: child.standardErrorContent)
    ])
  }

  /// Marks each finding on the student's file, with a picture where there is one.
  private func report(_ findings: [Finding]) throws {
    for finding in findings {
      if let figure = finding.figure {
        Attachment.record(try figure.png(), named: "\(exercise.id)-\(finding.id).png")
      }
      let location = SourceLocation(
        fileID: "Exercises/\(exercise.typeName).swift", filePath: path, line: 1, column: 1)
      Issue.record("\(finding)\nStuck? swift run qat hint \(exercise.id)", sourceLocation: location)
    }
  }
}
