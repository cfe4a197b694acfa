import Foundation
import LessonKit
import Support
import TestSupport
import Weaver

/// What one run of a lesson left behind; its folder is gone.
struct LessonRun: Sendable {
  /// The standard output, and standard error too in a quiet run.
  let output: String
  let status: Int32
  /// The log of events, empty if the lesson did not come to its end.
  let events: [UInt8]
  /// The names of the files in the run's folder: the figures.
  let files: Set<String>
  private let folder: String

  /// The lines of a text that the run printed, without spaces at their ends and with no name of its folder.
  func lines(of text: String) -> [String] {
    text.replacing(folder, with: "folder").split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Runs a lesson as a reader does, with its events and figures in a folder of the run.
  ///
  /// Two lessons run at a time, beside the other tests: on threads of their own, so that a test that waits for a
  /// lesson holds up no other.
  init(_ lesson: String, _ arguments: [String]) async throws {
    self = try await withCheckedThrowingContinuation { continuation in
      Self.queue.addOperation {
        continuation.resume(with: Result { try LessonRun(running: lesson, arguments) })
      }
    }
  }

  private static let queue: OperationQueue = {
    let queue = OperationQueue()
    queue.maxConcurrentOperationCount = 2
    return queue
  }()

  private init(running lesson: String, _ arguments: [String]) throws {
    let temporary = try TemporaryFolder()
    folder = temporary.path
    let log = "\(folder)/events.ndjson"
    let all = arguments + ["--profile", "smoke", "--out", folder, "--events", log]
    let outcome = try Executables.builtWithTests.run(
      lesson, all, in: Checkout.root, errors: arguments.contains("--quiet"))
    (output, status) = (outcome.output, outcome.status)
    files = Set(try FileManager.default.contentsOfDirectory(atPath: folder))
    events = files.contains("events.ndjson") ? try AtomicFile.read(log) : []
  }
}

/// The runs that the tests of the lessons share: each is made once.
actor LessonRuns {
  static let shared = LessonRuns()

  private var runs: [[String]: Task<LessonRun, any Error>] = [:]

  /// The run of a lesson with the smoke profile and some more arguments.
  func run(_ lesson: String, _ arguments: String...) async throws -> LessonRun {
    let key = [lesson] + arguments
    let run = runs[key] ?? Task { try await LessonRun(lesson, arguments) }
    runs[key] = run
    return try await run.value
  }
}
