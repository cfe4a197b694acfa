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
    func finding(_ id: String, _ observation: String, _ cause: String, section: String? = nil) -> Finding {
      Finding(id, observation: observation, likelyCause: cause, section: section)
    }
    switch signal {
    case SIGALRM, SIGXCPU:
      return finding(
        "endless", "\(asked) had not ended after \(seconds) seconds.",
        "A loop in it probably never stops. What changes from one round to the next, and what ends it?",
        section: exercise.section)
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
        cause(of: said, exercise), section: exercise.section)
    }
  }

  /// What to think of after a crash, by the words that Swift or the toolkit left.
  private static func cause(of said: Substring?, _ exercise: Exercise) -> String {
    let number =
      "Arithmetic on integers crashes where a result does not fit, and Int(…) at numbers too large for it."
    let index =
      "A list has no element at that index. Which line uses an index, and how long is the list there?"
    let kinds: [([String], String)] = [
      (
        ["failed to allocate"],
        "It took more and more memory. What grows from one round to the next, and what ends it?"
      ),
      (
        ["ndex out of range", "ndex is out of range", "Negative Array index"],
        exercise.crashes[.index] ?? index
      ),
      (
        ["Range requires", "Can't form"],
        "`a...b` and `a..<b` crash where a lies above b. Which line makes a range?"
      ),
      (
        ["unexpectedly found nil"],
        "There was nothing where a `!` said that there is something. Which line has it?"
      ),
      (
        [
          "cannot be converted to", "Not enough bits", "Negative value is not representable", "zero",
          "overflow",
        ],
        exercise.crashes[.number] ?? number
      ),
    ]
    guard let said else {
      return Exercise.Crash.allCases.lazy.compactMap { exercise.crashes[$0] }.first ?? number
    }
    let known = kinds.first { $0.0.contains { said.contains($0) } }
    return known?.1 ?? exercise.crashes[.refusal] ?? "Which line can say that?"
  }

  private static func say(_ line: String) { StandardStream.error.write("\(line)\n") }
}
