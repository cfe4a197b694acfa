import ExerciseChecks
import ExerciseKit
import Foundation
import Platform
import Support

/// Runs the examiner in confinement, asks its answers the questions of their exercises, and judges.
///
/// The examiner's processes give what the answers gave. What is right is known only in this process.
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

  /// Checks the answers to some exercises that the examiner was built with.
  ///
  /// One run of the examiner serves many answers, each in a process of its own. An answer with which a run ends, or that
  /// may have suffered from those before it, is asked again as the first of the next run: what is told of it is its own.
  ///
  /// - Throws: `ClassroomError` or `FileError` if the examiner cannot be run.
  package func assess(_ exercises: [Exercise]) throws -> [Assessment] {
    var assessments: [Assessment] = []
    while assessments.count < exercises.count {
      assessments += try assessInOneRun(Array(exercises[assessments.count...]))
    }
    return assessments
  }

  /// What an answer gave in a run.
  private struct Answered {
    let exercise: Exercise
    let verdict: Verdict
    /// How its process ended; nil if the run ended with it.
    let end: AnswerEnd?
    /// What it wrote, as places in the files of the run.
    let output: Range<Int>
    let error: Range<Int>
    /// Whether it gave more than a reply may have.
    let isTooLong: Bool

    /// Whether the answers before it may have had a part in its end: by a limit of the run, by what its files hold, or by
    /// what became of the channel, where it left without an observation.
    var mayHaveSuffered: Bool {
      if case .ended = verdict, end?.signal == nil { return true }
      return end == nil || end?.signal == SIGXFSZ
    }
  }

  /// Checks the first of some answers, and those behind it up to one that has to be asked in another run.
  private func assessInOneRun(_ exercises: [Exercise]) throws -> [Assessment] {
    var all: [Answered] = []
    var confinement = Confinement.answer(seconds: seconds)
    confinement.sandbox.isFirstProcess = true
    let run = try confinement.run(
      examiner, exercises.map(\.id), environment: Self.environment
    ) { channel in
      for exercise in exercises {
        let answered = Self.ask(exercise, channel)
        // It is asked again, as the first of the next run.
        if !all.isEmpty, answered.mayHaveSuffered { break }
        all.append(answered)
        if answered.end == nil { break }
      }
    }
    #if os(Linux)  // elsewhere an answer may leave with any code
      if run.end == .exit(Examiner.noProcess) {
        throw ClassroomError("the system gives no process for an answer; end other programs, and try again")
      }
    #endif
    return all.map { answered in
      var assessment = assessment(of: answered, run)
      assessment.printed = Self.beginning(of: run.output[answered.output.clamped(to: run.output.indices)])
      assessment.walls = run.walls
      return assessment
    }
  }

  /// Asks an answer all questions of its exercise.
  private static func ask(_ exercise: Exercise, _ channel: Channel) -> Answered {
    let begin = channel.written()
    let interview = Interview(exercise, channel)
    let verdict = Verdict(of: exercise, in: Remote { try interview.ask($0) })
    interview.finish()
    let written = channel.written()
    return Answered(
      exercise: exercise, verdict: verdict, end: interview.end,
      output: begin.output..<max(begin.output, written.output),
      error: begin.error..<max(begin.error, written.error), isTooLong: channel.isOverfull)
  }

  private func assessment(of answered: Answered, _ run: Confinement.Outcome) -> Assessment {
    let exercise = answered.exercise
    switch answered.verdict {
    case .unsolved: return Assessment(exercise, .begun)
    case .findings(let findings):
      return Assessment(exercise, findings.isEmpty ? .right : .wrong, findings.first)
    case .threw(let error):
      let finding = Finding(
        "threw", observation: "Your code threw an error: \(error)",
        likelyCause: "Every question of this exercise has an answer; return it.")
      return Assessment(exercise, .wrong, finding)
    case .ended(let question): return assessment(of: answered, endedAt: question, run)
    }
  }

  /// The assessment of an answer that gave no observation, by the way in which its process ended, or the whole run.
  private func assessment(
    of answered: Answered, endedAt question: String?, _ run: Confinement.Outcome
  ) -> Assessment {
    let exercise = answered.exercise
    let limits = Confinement.answer(seconds: seconds)
    func ended(_ number: Int32?, after given: Int) -> Assessment {
      // Of a run that ended with the answer, all that came behind its beginning is the answer's.
      let error =
        answered.end == nil
        ? run.error.dropFirst(answered.error.lowerBound)
        : run.error[answered.error.clamped(to: run.error.indices)]
      let finding = Sandbox.finding(
        for: exercise, endedBy: number, standardError: Array(error), after: UInt32(given), asking: question)
      return Assessment(exercise, .crashed, finding)
    }
    func excess(_ id: String, _ observation: String, _ cause: String) -> Assessment {
      Assessment(
        exercise, .crashed,
        Finding(id, observation: observation, likelyCause: cause))
    }
    if let end = answered.end { return ended(end.signal, after: seconds) }
    let subject = question ?? "Your code"
    if answered.isTooLong {
      return excess(
        "too-long", "\(subject) gave a result of more than a megabyte.",
        "How long should the result be, and what makes it longer?")
    }
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
  private static func beginning(of output: ArraySlice<UInt8>) -> String {
    let lines = String(decoding: output.prefix(2000), as: UTF8.self).split(separator: "\n").prefix(10)
    return lines.map(\.printable).joined(separator: "\n")
  }
}

/// The questions to one answer, on one thread, up to the end of its process.
private final class Interview: Sendable {
  private let exercise: Data
  private let channel: Channel
  /// How the process ended; nil as long as it runs, or if the whole examiner ended with it.
  nonisolated(unsafe) private(set) var end: AnswerEnd?
  nonisolated(unsafe) private var isSilent = false

  init(_ exercise: Exercise, _ channel: Channel) {
    (self.exercise, self.channel) = (Data(exercise.id.utf8), channel)
  }

  /// Sends a request and gives the reply.
  ///
  /// - Throws: `NoObservation` if the process has ended.
  func ask(_ request: Data) throws -> Data {
    let line = exercise + [UInt8(ascii: " ")] + request
    guard end == nil, !isSilent, let reply = hear(channel.ask(line)) else { throw NoObservation() }
    return reply
  }

  /// Ends the questions, and waits for the end of the process.
  func finish() {
    guard end == nil, !isSilent else { return }
    var line = hear(channel.ask(exercise))
    while line != nil { line = hear(channel.hear()) }
  }

  /// Takes a line; gives it back if it is a reply.
  private func hear(_ line: Data?) -> Data? {
    guard let line else {
      isSilent = true
      return nil
    }
    end = AnswerEnd(line: line)
    return end == nil ? line : nil
  }
}
