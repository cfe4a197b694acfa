import ExerciseKit
import Platform
import Support

/// A child process that runs a student's code, so that a crash or an endless loop ends only the child.
package enum Sandbox {
  /// The exit code of a child whose check came to its end, with or without findings.
  package static let finished: Int32 = 77
  /// How many seconds a child may take.
  package static let seconds: UInt32 = 5
  /// Gets every question before it is asked, so that a crash can be reported with its question.
  @TaskLocal static var questionListener: (@Sendable (String) -> Void)?
  private static let questionPrefix = "asked: "

  /// Ends this process by a signal after some seconds, and with it an endless loop.
  package static func begin(seconds: UInt32 = seconds) { _ = alarm(seconds) }

  /// Runs a check in this process, which must be a child, and ends the process.
  package static func run(seconds: UInt32 = seconds, _ check: () throws -> [Finding]) -> Never {
    begin(seconds: seconds)
    _ = try? reportingQuestions(check)
    exit(finished)
  }

  /// Runs a check, and reports its questions on standard error.
  ///
  /// - Throws: the error that the check throws.
  static func reportingQuestions(_ check: () throws -> [Finding]) rethrows -> [Finding] {
    try $questionListener.withValue({ say(questionPrefix + $0) }, operation: check)
  }

  /// The finding for a child that did not come to the end of its check.
  ///
  /// - Parameters:
  ///   - exercise: The exercise that was checked.
  ///   - signal: The signal that ended the child, or nil if it left by itself.
  ///   - standardError: The child's output there.
  ///   - seconds: How many seconds the child was given.
  ///   - question: What it was asked last; nil if that stands among its output.
  /// - Returns: A crash, an endless loop, too much output, or a child that left.
  package static func finding(
    for exercise: Exercise, endedBy signal: Int32?, standardError: [UInt8], after seconds: UInt32 = seconds,
    asking question: String? = nil
  ) -> Finding {
    let lines = String(decoding: standardError, as: UTF8.self).split(separator: "\n")
    let asked =
      question ?? lines.last { $0.hasPrefix(questionPrefix) }.map {
        String($0.dropFirst(questionPrefix.count))
      }
      ?? "Your code"
    func finding(_ id: String, _ observation: String, _ cause: String) -> Finding {
      Finding(id, observation: observation, likelyCause: cause, section: exercise.section)
    }
    switch signal {
    case SIGALRM, SIGXCPU:
      return finding(
        "endless", "\(asked) had not ended after \(seconds) seconds.",
        "A loop in it probably never stops. What changes from one round to the next, and what ends it?")
    case SIGXFSZ:
      return finding(
        "wrote-too-much", "\(asked) wrote more than a file may hold.",
        "An answer returns its result. What does it print or write, and how often?")
    case nil:
      return finding(
        "left", "\(asked) ended the whole program.", "An answer returns its result; it never calls exit.")
    default:
      let error = "Fatal error: "
      let said = lines.compactMap { line in line.firstRange(of: error).map { line[$0.upperBound...] } }.last
      let quoted = said.map { " Swift says: \"\($0)\"." } ?? ""
      return finding(
        "crashed", "\(asked) crashed.\(quoted)",
        cause(of: said, exercise))
    }
  }

  /// The probable cause of a crash; an exercise's own text about crashes is about its arithmetic.
  private static func cause(of said: Substring?, _ exercise: Exercise) -> String {
    guard let said else { return exercise.crash }
    if said.contains("failed to allocate") {
      return "It took more and more memory. What grows from one round to the next, and what ends it?"
    }
    let others = ["Index out of range", "Range requires", "unexpectedly found nil", "Can't form"]
    return others.contains { said.contains($0) } ? "Which line can say that?" : exercise.crash
  }

  private static func say(_ line: String) { StandardStream.error.write("\(line)\n") }
}
