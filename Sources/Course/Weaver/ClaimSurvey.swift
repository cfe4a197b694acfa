import Foundation
import LessonKit
import Support

/// A run of a lesson whose claims are looked at.
public struct ClaimRun: Hashable, Sendable, CustomStringConvertible {
  /// The lesson, such as `lesson-01`.
  public let lesson: String
  /// How much work it does.
  public let profile: Profile
  /// The seed of its random numbers.
  public let seed: UInt64
  /// True if oneDNN has no vector instructions above AVX2, as on an older processor: its sums differ in the last bits.
  public let isLimitedToAVX2: Bool

  /// The runs of some lessons over seeds, seed by seed; with `avx2` each a second time, limited to AVX2.
  public static func all(
    lessons: [String], profiles: [Profile], seeds: [UInt64], avx2: Bool
  ) -> [ClaimRun] {
    profiles.flatMap { profile in
      seeds.flatMap { seed in
        lessons.flatMap { lesson in
          (avx2 ? [false, true] : [false]).map {
            ClaimRun(lesson: lesson, profile: profile, seed: seed, isLimitedToAVX2: $0)
          }
        }
      }
    }
  }

  /// The run in a line: `lesson-03, smoke, seed 13, AVX2`.
  public var description: String {
    "\(lesson), \(profile.rawValue), \(conditions)"
  }

  /// What distinguishes the run from others of its lesson and profile.
  var conditions: String { "seed \(seed)" + (isLimitedToAVX2 ? ", AVX2" : "") }
}

/// What became of a run.
public struct ClaimResult: Hashable, Sendable {
  /// A statement of a lesson.
  public struct Claim: Hashable, Sendable {
    /// The file and the line, such as `Lessons/lesson-01/main.swift:12`.
    public let location: String
    /// The statement.
    public let text: String
  }

  /// The run.
  public let run: ClaimRun
  /// The claims that did not hold, in the lesson's order.
  public let failures: [Claim]
  /// What the lesson said if it did not come to its end; nil if it did.
  public let breakdown: String?

  /// The run and what failed, in a line; nil if nothing did.
  public var problem: String? {
    if let breakdown { return "\(run): did not come to its end: \(breakdown)" }
    if failures.isEmpty { return nil }
    return "\(run): " + failures.map { "✗ \($0.text) (\($0.location))" }.joined(separator: "; ")
  }
}

/// Runs lessons over seeds, profiles and instruction sets, and reports the claims that do not hold.
public struct ClaimSurvey: Sendable {
  private let lessons: Executables
  private let root: String

  /// Creates a survey of built lessons, run in a checkout.
  public init(_ lessons: Executables, root: String) {
    (self.lessons, self.root) = (lessons, root)
  }

  /// Makes the runs, `jobs` at a time, and hands each result over when its run has ended.
  ///
  /// Figures and events lie in a temporary folder of the run, which is removed.
  ///
  /// - Throws: an error of the system if a lesson cannot be started.
  public func make(_ runs: [ClaimRun], jobs: Int, _ report: (ClaimResult) -> Void) async throws {
    var rest = runs[...]
    try await withThrowingTaskGroup(of: ClaimResult.self) { group in
      for run in rest.prefix(max(jobs, 1)) { group.addTask { try await result(of: run) } }
      rest = rest.dropFirst(max(jobs, 1))
      while let result = try await group.next() {
        report(result)
        if let next = rest.popFirst() { group.addTask { try await self.result(of: next) } }
      }
    }
  }

  /// Makes a run on a thread of its own, which waits for the lesson.
  private func result(of run: ClaimRun) async throws -> ClaimResult {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result { try make(run) }) }
    }
  }

  private func make(_ run: ClaimRun) throws -> ClaimResult {
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    let events = "\(scratch.path)/events.ndjson"
    let outcome = try lessons.run(
      run.lesson,
      [
        "--quiet", "--profile", run.profile.rawValue, "--seed", "\(run.seed)", "--events", events, "--out",
        scratch.path,
      ], in: root, environment: run.isLimitedToAVX2 ? ["ONEDNN_MAX_CPU_ISA": "AVX2"] : [:])
    guard AtomicFile.exists(events) else {
      let line = outcome.output.split(separator: "\n").last.map(String.init)
      return ClaimResult(run: run, failures: [], breakdown: line ?? "exit code \(outcome.status)")
    }
    let failures = try EventLog(path: events).events.compactMap { event -> ClaimResult.Claim? in
      guard case .claim(let text, holds: false) = event.kind else { return nil }
      return ClaimResult.Claim(location: "Lessons/\(run.lesson)/main.swift:\(event.line)", text: text)
    }
    let isOdd = failures.isEmpty && outcome.status != 0
    return ClaimResult(run: run, failures: failures, breakdown: isOdd ? "exit code \(outcome.status)" : nil)
  }

  /// The results claim by claim: which did not hold, in how many of its lesson's runs, and in which.
  public static func summary(of results: [ClaimResult]) -> [String] {
    let failing = results.filter { $0.problem != nil }
    let count = results.count == 1 ? "1 run" : "\(results.count) runs"
    let head = "\(count): \(failing.isEmpty ? "all claims held" : "\(failing.count) failed")"
    let claims = Dictionary(grouping: failing.flatMap { result in result.failures.map { ($0, result.run) } })
    {
      $0.0
    }
    let lines = claims.sorted { ($0.key.location, $0.key.text) < ($1.key.location, $1.key.text) }.map {
      claim, found in
      let lesson = found[0].1.lesson
      let total = results.count { $0.run.lesson == lesson }
      let runs = found.map(\.1).sorted {
        ($0.profile.rawValue, $0.seed, $0.conditions) < ($1.profile.rawValue, $1.seed, $1.conditions)
      }
      let conditions = runs.map { "\($0.profile.rawValue) \($0.conditions)" }.joined(separator: "; ")
      return "\(claim.location): ✗ \(claim.text): in \(found.count) of \(total) runs (\(conditions))"
    }
    return [head] + lines
  }
}

/// Seeds as a command line names them: `1-50`, `7`, or `1-8,13`.
public struct SeedList: Hashable, CustomStringConvertible, Sendable {
  /// The seeds, in the order in which they were named.
  public let seeds: [UInt64]
  /// The list as it was named.
  public let description: String

  /// Creates the list of all seeds of a range.
  public init(_ range: ClosedRange<UInt64>) {
    (seeds, description) = (Array(range), "\(range.lowerBound)-\(range.upperBound)")
  }

  /// Reads a list; nil for anything else, and for more than 100,000 seeds.
  public init?(_ text: String) {
    var seeds: [UInt64] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], first <= last,
        last - first < 100_000, seeds.count < 100_000
      else { return nil }
      seeds += Array(first...last)
    }
    (self.seeds, description) = (seeds, text)
  }
}
