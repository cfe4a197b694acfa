import Foundation
import LessonKit
import Support
import TestSupport
import Testing
import Weaver

/// Every lesson, run as a reader runs it, one at a time.
@Suite(.serialized) struct LessonTests {
  private static let isCI = ProcessInfo.processInfo.environment["CI"] != nil
  private static let catalog = try? LessonCatalog(root: Checkout.root)

  @Test(arguments: catalog?.lessons ?? [])
  func smokeRunHoldsItsClaimsAndWeaves(_ lesson: String) throws {
    let source = try LessonSource(path: "\(Checkout.root)/Lessons/\(lesson)/main.swift")
    let run = try Run(lesson, ["--profile", "smoke"])
    #expect(run.status == 0, "\(run.output)")
    let log = try EventLog(path: run.events)
    #expect(log.events.contains { if case .claim = $0.kind { true } else { false } })
    let chapter = try Chapter(source, log: log, catalog: #require(Self.catalog))
    #expect(chapter.markdown.hasPrefix("# "))
    for figure in source.figures {
      #expect(FileManager.default.fileExists(atPath: "\(run.folder)/\(figure).png"))
    }
  }

  @Test(arguments: catalog?.lessons ?? [])
  func twoRunsGiveTheSameEvents(_ lesson: String) throws {
    let first = try Run(lesson, ["--profile", "smoke", "--seed", "7"])
    let second = try Run(lesson, ["--profile", "smoke", "--seed", "7"])
    #expect(first.status == 0 && second.status == 0, "\(first.output)")
    #expect(try AtomicFile.read(first.events) == AtomicFile.read(second.events))
  }

  @Test(arguments: catalog?.lessons ?? [])
  func shownCodeFitsATerminal(_ lesson: String) throws {
    let source = try LessonSource(path: "\(Checkout.root)/Lessons/\(lesson)/main.swift")
    for passage in source.passages where passage.kind == .code {
      for line in passage.text.split(separator: "\n") {
        #expect(line.count <= 76, "\(lesson):\(passage.lines.lowerBound): \(line)")
      }
    }
  }

  @Test(arguments: catalog?.lessons ?? [])
  func textIsTheSameWithoutColourAndNoWiderThanEightyColumns(_ lesson: String) throws {
    let plain = try Run(lesson, ["--profile", "smoke", "--color", "never"], isWhole: true)
    let colored = try Run(lesson, ["--profile", "smoke", "--color", "always"], isWhole: true)
    #expect(plain.status == 0 && colored.status == 0, "\(plain.output)")
    #expect(!plain.output.contains("\u{1B}"))
    #expect(colored.output.contains("\u{1B}["))
    let bare = colored.output.replacing(/\u{1B}\[[0-9;]*m/, with: "")
    #expect(colored.lines(of: bare) == plain.lines(of: plain.output))
    for line in plain.output.split(separator: "\n") { #expect(line.terminalWidth <= 80, "\(line)") }
  }

  // A reader may edit a lesson, so this is for CI: there the committed chapter is the lesson's.
  @Test(.enabled(if: isCI, "needs CI to be set"), arguments: catalog?.lessons ?? [])
  func claimsAndFiguresAreThoseOfTheCommittedChapter(_ lesson: String) throws {
    let run = try Run(lesson, ["--profile", "smoke"])
    let events = try EventLog(path: run.events).events
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
  @Test func ctrlCEndsALessonAtOnce() async {
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

  @Test func unknownDataFolderIsNamedWithTheRemedy() throws {
    let run = try Run("lesson-01", ["--profile", "smoke", "--data", "no-such-folder"])
    #expect(run.status != 0)
    #expect(run.output.contains("no-such-folder"))
  }
}

/// One run of a lesson, with its figures and events in a folder that goes away with it.
private final class Run {
  let folder: String
  let events: String
  let output: String
  let status: Int32

  /// Runs a lesson: its whole text, or what fails alone, and errors with it.
  init(_ lesson: String, _ arguments: [String], isWhole: Bool = false) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("swift-qat-\(UUID())").path
    try AtomicFile.createFolder(folder)
    events = "\(folder)/events.ndjson"
    let all = arguments + ["--out", folder, "--events", events] + (isWhole ? [] : ["--quiet"])
    let outcome = try Executables.builtWithTests.run(lesson, all, in: Checkout.root, errors: !isWhole)
    (output, status) = (outcome.output, outcome.status)
  }

  /// The lines of a text that the run printed, without spaces at their ends and with no name of its folder.
  func lines(of text: String) -> [String] {
    text.replacing(folder, with: "folder").split(separator: "\n", omittingEmptySubsequences: false).map {
      String($0.reversed().drop { $0 == " " }.reversed())
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}
