import Charting
import ExerciseKit
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The student's files.
enum Attempt {
  /// The path of an exercise's file.
  static func path(of exercise: Exercise) -> String {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/Lessons/Exercises/\(exercise.typeName).swift"
  }

  /// True once the student has begun: the file no longer throws its `Todo`.
  static func isBegun(_ exercise: Exercise) -> Bool {
    guard let text = try? String(contentsOfFile: path(of: exercise), encoding: .utf8) else { return false }
    return !exercise.isUnsolved(in: text)
  }

  /// Marks each finding on the student's file, with a picture where there is one.
  static func report(_ findings: [Finding], for exercise: Exercise) throws {
    for finding in findings {
      if let figure = finding.figure {
        Attachment.record(try figure.png(), named: "\(exercise.id)-\(finding.id).png")
      }
      let location = SourceLocation(
        fileID: "Exercises/\(exercise.typeName).swift", filePath: path(of: exercise), line: 1, column: 1)
      Issue.record("\(finding)\nStuck? swift run qat hint \(exercise.id)", sourceLocation: location)
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips an exercise that no one has begun, and says so.
  static func exercise(_ exercise: Exercise) -> Self {
    .enabled("\(exercise.id) waits for your code in Lessons/Exercises/\(exercise.typeName).swift") {
      Attempt.isBegun(exercise)
    }
  }
}
