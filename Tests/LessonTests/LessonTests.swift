import Foundation
import LessonKit
import Support
import TestSupport
import Testing
import Weaver

/// Every lesson, run as a reader runs it.
///
/// Those that do not train for long run with a second seed too, and once more, since each run answers several tests.
/// `book claims` looks for every lesson's claims with many seeds.
@Suite struct LessonTests {
  private static let isCI = ProcessInfo.processInfo.environment["CI"] != nil
  private static let catalog = try? LessonCatalog(root: Checkout.root)
  private static let lessons = catalog?.lessons ?? []
  private static let short = lessons.filter {
    ![
      "lesson-03", "lesson-05", "lesson-06", "lesson-07", "lesson-08", "lesson-11", "the-end",
    ].contains($0)
  }

  private func source(_ lesson: String) throws -> LessonSource {
    try LessonSource(path: "\(Checkout.root)/Lessons/\(lesson)/main.swift")
  }

  /// Seed 1, as the terminal shows it without colour.
  private func plain(_ lesson: String) async throws -> LessonRun {
    try await LessonRuns.shared.run(lesson, "--color", "never")
  }

  /// Seed 1 once more, in colour.
  private func colored(_ lesson: String) async throws -> LessonRun {
    try await LessonRuns.shared.run(lesson, "--color", "always")
  }

  @Test(arguments: lessons)
  func `a lesson's claims hold and its chapter is woven from its events`(_ lesson: String) async throws {
    let source = try source(lesson)
    let run = try await plain(lesson)
    #expect(run.status == 0, "\(run.output)")
    let log = try EventLog(run.events, name: lesson)
    #expect(log.events.contains { if case .claim = $0.kind { true } else { false } })
    let chapter = try Chapter(source, log: log, catalog: #require(Self.catalog))
    #expect(chapter.markdown.hasPrefix("# "))
    for figure in source.figures { #expect(run.files.contains("\(figure).png")) }
  }

  @Test(arguments: short)
  func `a lesson's claims hold with another seed`(_ lesson: String) async throws {
    let run = try await LessonRuns.shared.run(lesson, "--seed", "7", "--quiet")
    #expect(run.status == 0 && run.output.isEmpty, "\(run.output)")
    #expect(try !EventLog(run.events, name: lesson).events.isEmpty)
  }

  @Test(arguments: short)
  func `two runs of a lesson give the same events, and the same text but for its colour`(
    _ lesson: String
  ) async throws {
    async let first = plain(lesson)
    async let second = colored(lesson)
    let (plain, colored) = try await (first, second)
    #expect(plain.status == 0 && colored.status == 0, "\(plain.output)")
    #expect(!plain.events.isEmpty && plain.events == colored.events, "the events differ")
    #expect(!plain.output.contains("\u{1B}"))
    #expect(colored.output.contains("\u{1B}["))
    let bare = colored.output.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(colored.lines(of: bare) == plain.lines(of: plain.output))
  }

  /// What a lesson prints is a function of its source and its events, which this sets without a run.
  @Test(arguments: lessons)
  func `a lesson's events read the same in colour and without`(_ lesson: String) async throws {
    let source = try source(lesson)
    let events = try EventLog(try await plain(lesson).events, name: lesson).events
    func lines(isColored: Bool) -> [String] {
      var narrator = Narrator(source: source, terminal: Terminal(columns: 80, isColored: isColored))
      return events.flatMap { narrator.pieces(for: $0) }.flatMap(\.lines)
    }
    let (plain, colored) = (lines(isColored: false), lines(isColored: true))
    #expect(plain.count > 200 && !plain.contains { $0.contains("\u{1B}") })
    #expect(colored.contains { $0.contains("\u{1B}[") })
    #expect(colored.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
  }

  @Test(arguments: lessons)
  func `a lesson's text is no wider than 80 columns`(_ lesson: String) async throws {
    for line in try await plain(lesson).output.split(separator: "\n") {
      #expect(line.terminalWidth <= 80, "\(line)")
    }
  }

  @Test(arguments: lessons)
  func `the code that a lesson shows fits a terminal`(_ lesson: String) throws {
    for passage in try source(lesson).passages where passage.kind == .code {
      for line in passage.text.split(separator: "\n") {
        #expect(line.count <= 76, "\(lesson):\(passage.lines.lowerBound): \(line)")
      }
    }
  }

  // A reader may edit a lesson, so this is for CI: there the committed chapter is the lesson's.
  @Test(.enabled(if: isCI, "needs CI to be set"), arguments: lessons)
  func `a lesson's claims and figures are those of the committed chapter`(_ lesson: String) async throws {
    let events = try EventLog(try await plain(lesson).events, name: lesson).events
    let path = "\(Checkout.root)/output/\(lesson)/README.md"
    let chapter = String(decoding: try AtomicFile.read(path), as: UTF8.self)
    let claims = events.compactMap { if case .claim(let text, _) = $0.kind { text } else { nil } }
    let figures = events.compactMap { if case .figure(let id, _, _, _) = $0.kind { id } else { nil } }
    #expect(chapter.contains("profile class"))
    let claimed = chapter.matches(of: /(?m)^> (?:✓|✗ \*\*does not hold:\*\*) (.*)<br>$/)
    let drawn = chapter.matches(of: /(?m)^!\[.*\]\((fig-[^)]*)\.png\)$/)
    #expect(claimed.map { String($0.1) } == claims)
    #expect(drawn.map { String($0.1) } == figures)
  }

  /// A lesson that trains for a long time, in an exit test, as tests may run where Ctrl-C is ignored.
  @Test func `Ctrl-C ends a lesson at once`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let folder = try TemporaryFolder()
      let lesson = Process()
      lesson.executableURL = URL(filePath: Executables.builtWithTests.folder + "/lesson-05")
      lesson.arguments = ["--out", folder.path, "--color", "never"]
      let pipe = Pipe()
      lesson.standardOutput = pipe
      lesson.standardError = FileHandle.nullDevice
      try lesson.run()
      _ = pipe.fileHandleForReading.availableData
      #if os(Linux)
        // It handles Ctrl-C itself from the beginning, so that no training takes it over: bit 1 is signal 2.
        let status = try String(contentsOfFile: "/proc/\(lesson.processIdentifier)/status", encoding: .utf8)
        let caught = try #require(status.firstMatch(of: /SigCgt:\s*([0-9a-f]+)/))
        #expect((Int(caught.1.suffix(2), radix: 16) ?? 0) & 2 == 2)
      #endif
      lesson.interrupt()
      _ = pipe.fileHandleForReading.readDataToEndOfFile()
      lesson.waitUntilExit()
      #expect(lesson.terminationReason == .uncaughtSignal && lesson.terminationStatus == SIGINT)
    }
  }

  @Test func `an unknown data folder is named with the remedy`() async throws {
    let run = try await LessonRuns.shared.run("lesson-01", "--data", "no-such-folder", "--quiet")
    #expect(run.status != 0)
    #expect(run.output.contains("no-such-folder"))
  }
}
