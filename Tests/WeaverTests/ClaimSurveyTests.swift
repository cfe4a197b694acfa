import Foundation
import LessonKit
import Support
import Testing
import Weaver

/// A survey of a lesson that is a script: its claim holds with even seeds, and with odd ones if AVX2 is the limit.
@Suite final class ClaimSurveyTests {
  private let folder = FileManager.default.temporaryDirectory.path + "/swift-qat-\(UUID())"

  init() throws {
    try AtomicFile.createFolder(folder)
    let record = RunRecord(lesson: "lesson-01", sourceHash: "0", profile: .smoke, seed: 1, data: "none")
    for holds in [true, false] {
      let events = [
        Event(line: 1, .begin(record)), Event(line: 5, .claim(text: "it holds", holds: holds)),
        Event(line: 6, .claim(text: "another", holds: true)), Event(line: 9, .end),
      ]
      try AtomicFile.write(Event.log(events), to: "\(folder)/\(holds)")
    }
    let script = """
      #!/bin/sh
      while [ $# -gt 1 ]; do
        case $1 in
          --seed) seed=$2;;
          --events) events=$2;;
          --profile) profile=$2;;
          --out) touch "$2/mark.$$"; echo "$2/mark.$$" >>"\(folder)/marks";;
        esac
        shift
      done
      [ "$seed" = 13 ] && { echo "Fatal error: 13"; exit 132; }
      [ "$seed" = 15 ] && { cp "\(folder)/true" "$events"; exit 3; }
      if [ $((seed % 2)) = 0 ] || [ "$ONEDNN_MAX_CPU_ISA" = AVX2 ]; then
        cp "\(folder)/true" "$events"
      else
        cp "\(folder)/false" "$events"
        echo "✗ it holds"
        exit 1
      fi
      """
    try AtomicFile.write(text: script, to: "\(folder)/lesson-01")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/lesson-01")
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  private func survey(_ seeds: String, avx2: Bool, jobs: Int = 2) async throws -> [ClaimResult] {
    let runs = ClaimRun.all(
      lessons: ["lesson-01"], profiles: [.smoke], seeds: try #require(SeedList(seeds)).seeds, avx2: avx2)
    var results: [ClaimResult] = []
    try await ClaimSurvey(Executables(in: folder), root: folder).make(runs, jobs: jobs) { results.append($0) }
    return results.sorted { ($0.run.seed, $0.run.description) < ($1.run.seed, $1.run.description) }
  }

  @Test(arguments: [1, 2, 9]) func `a claim that does not hold is named with its run, its text and its line`(
    _ jobs: Int
  ) async throws {
    let results = try await survey("1-4", avx2: true, jobs: jobs)
    #expect(results.count == 8)
    #expect(
      results.compactMap(\.problem) == [
        "lesson-01, smoke, seed 1: ✗ it holds (Lessons/lesson-01/main.swift:5)",
        "lesson-01, smoke, seed 3: ✗ it holds (Lessons/lesson-01/main.swift:5)",
      ])
    #expect(
      ClaimSurvey.summary(of: results) == [
        "8 runs: 2 failed",
        "Lessons/lesson-01/main.swift:5: ✗ it holds: in 2 of 8 runs (smoke seed 1; smoke seed 3)",
      ])
  }

  @Test func `claims that all hold have a summary of one line`() async throws {
    let results = try await survey("2,4", avx2: false)
    #expect(results.count == 2 && results.allSatisfy { $0.problem == nil })
    #expect(ClaimSurvey.summary(of: results) == ["2 runs: all claims held"])
  }

  @Test func `a lesson that breaks down is a failure without a claim`() async throws {
    let results = try await survey("13,15", avx2: false)
    #expect(
      results.map(\.problem) == [
        "lesson-01, smoke, seed 13: did not come to its end: Fatal error: 13",
        "lesson-01, smoke, seed 15: did not come to its end: exit code 3",
      ])
    #expect(ClaimSurvey.summary(of: results) == ["2 runs: 2 failed"])
  }

  @Test func `each run has a folder of its own, which is removed`() async throws {
    _ = try await survey("1-3", avx2: true)
    // Another test may get a folder of the same name at once, so a file in it is looked for.
    let marks = String(decoding: try AtomicFile.read("\(folder)/marks"), as: UTF8.self)
    #expect(Set(marks.split(separator: "\n")).count == 6)
    for mark in marks.split(separator: "\n") {
      #expect(!FileManager.default.fileExists(atPath: String(mark)), "\(mark)")
    }
  }

  @Test(
    arguments: [
      ("7", [7]), ("1-3", [1, 2, 3]), ("1-2,13,4-4", [1, 2, 13, 4]),
    ] as [(String, [UInt64])])
  func `seeds are numbers and ranges`(_ text: String, _ seeds: [UInt64]) {
    #expect(SeedList(text)?.seeds == seeds)
    #expect(SeedList(text)?.description == text)
  }

  @Test(arguments: ["", "a", "3-1", "1-", "-1", "1,,2", "1-2-3", "0-18446744073709551615", "1 - 2"])
  func `anything else is no list of seeds`(_ text: String) {
    #expect(SeedList(text) == nil)
  }
}
