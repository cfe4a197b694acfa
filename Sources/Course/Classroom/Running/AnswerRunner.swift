import ExerciseChecks
import ExerciseKit
import Foundation
import Platform
import Support

/// Runs the examiner in confinement, once for each answer, asks it the questions of the exercise, and judges.
///
/// The examiner's process gives what the answer gave. What is right is known only in this process.
package struct AnswerRunner: Hashable, Sendable {
  /// The examiner, which holds the answers.
  package let examiner: String
  /// How many seconds an answer may compute.
  package let seconds: Int

  /// An answer's whole environment: a crash costs no backtrace, and threads reserve no memory.
  private static let environment = ["MALLOC_ARENA_MAX": "2", "SWIFT_BACKTRACE": "enable=no"]

  /// Creates a runner of a built examiner.
  package init(_ examiner: String, seconds: Int = Int(Sandbox.seconds)) {
    (self.examiner, self.seconds) = (examiner, seconds)
  }

  /// Checks the answer to an exercise that the examiner was built with.
  ///
  /// - Throws: `ClassroomError` or `FileError` if the examiner cannot be run.
  package func assess(_ exercise: Exercise) throws -> Assessment {
    var verdict = Verdict.ended(question: nil)
    let run = try Confinement.answer(seconds: seconds).run(
      examiner, [exercise.id], environment: Self.environment
    ) { channel in
      verdict = Verdict(
        of: exercise,
        in: Remote { request in
          guard let reply = channel.ask(request) else { throw NoObservation() }
          return reply
        })
    }
    var assessment = assessment(of: exercise, verdict, run)
    assessment.printed = Self.beginning(of: run.output)
    assessment.walls = run.walls
    return assessment
  }

  private func assessment(
    of exercise: Exercise, _ verdict: Verdict, _ run: Confinement.Outcome
  ) -> Assessment {
    switch verdict {
    case .unsolved: return Assessment(exercise, .begun)
    case .findings(let findings):
      return Assessment(exercise, findings.isEmpty ? .right : .wrong, findings.first)
    case .threw(let error):
      let finding = Finding(
        "threw", observation: "Your code threw an error: \(error)",
        likelyCause: "Every question of this exercise has an answer; return it.")
      return Assessment(exercise, .wrong, finding)
    case .ended(let question): return assessment(of: exercise, endedAt: question, run)
    }
  }

  /// The assessment of an answer that gave no observation, by the way in which its process ended.
  private func assessment(
    of exercise: Exercise, endedAt question: String?, _ run: Confinement.Outcome
  ) -> Assessment {
    let limits = Confinement.answer(seconds: seconds)
    func ended(_ number: Int32?, after given: Int) -> Assessment {
      let finding = Sandbox.finding(
        for: exercise, endedBy: number, standardError: run.error, after: UInt32(given),
        asking: question)
      return Assessment(exercise, .crashed, finding)
    }
    func excess(_ id: String, _ observation: String, _ cause: String) -> Assessment {
      Assessment(
        exercise, .crashed,
        Finding(id, observation: observation, likelyCause: cause))
    }
    let subject = question ?? "Your code"
    switch run.end {
    case .exit, .tooMuchOutput: return ended(nil, after: seconds)
    case .signal(let number): return ended(number, after: seconds)
    case .timeUp: return ended(SIGALRM, after: limits.seconds)
    case .tooMuchMemory:
      return excess(
        "memory", "\(subject) took more than \((limits.totalMemory ?? 0) >> 30) GB of memory.",
        "What grows from one round to the next, and what ends it?")
    case .tooManyProcesses:
      return excess(
        "processes", "\(subject) started more than \(limits.processes ?? 0) processes.",
        "An answer returns its result; it starts no other program.")
    }
  }

  /// The first lines of an answer's output, without characters that could move a terminal's cursor.
  private static func beginning(of output: [UInt8]) -> String {
    let lines = String(decoding: output.prefix(2000), as: UTF8.self).split(separator: "\n").prefix(10)
    return lines.map(\.printable).joined(separator: "\n")
  }
}
