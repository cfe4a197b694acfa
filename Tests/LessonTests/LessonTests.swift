import Foundation
import LessonKit
import Support
import TestSupport
import Testing
import Weaver

/// Every lesson, run as a reader runs it, one at a time.
@Suite(.serialized) struct LessonTests {
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
  private static let shelf = try? Shelf(root: root)

  @Test(arguments: shelf?.lessons ?? [])
  func smokeRunHoldsItsClaimsAndWeaves(_ lesson: String) throws {
    let source = try LessonSource(path: "\(Self.root)/Lessons/\(lesson)/main.swift")
    let run = try Run(lesson, in: Self.root, ["--profile", "smoke"])
    #expect(run.status == 0, "\(run.output)")
    let log = try EventLog(path: run.events)
    #expect(log.events.contains { if case .claim = $0.kind { true } else { false } })
    let chapter = try Chapter(source, log: log, shelf: #require(Self.shelf))
    #expect(chapter.markdown.hasPrefix("# "))
    for figure in source.figures {
      #expect(FileManager.default.fileExists(atPath: "\(run.folder)/\(figure).png"))
    }
  }

  @Test(arguments: shelf?.lessons ?? [])
  func twoRunsGiveTheSameEvents(_ lesson: String) throws {
    let first = try Run(lesson, in: Self.root, ["--profile", "smoke", "--seed", "7"])
    let second = try Run(lesson, in: Self.root, ["--profile", "smoke", "--seed", "7"])
    #expect(try AtomicFile.read(first.events) == AtomicFile.read(second.events))
  }

  @Test(arguments: shelf?.lessons ?? [])
  func shownCodeFitsATerminal(_ lesson: String) throws {
    let source = try LessonSource(path: "\(Self.root)/Lessons/\(lesson)/main.swift")
    for passage in source.passages where passage.kind == .code {
      for line in passage.text.split(separator: "\n") {
        #expect(line.count <= 76, "\(lesson):\(passage.lines.lowerBound): \(line)")
      }
    }
  }

  @Test(arguments: shelf?.lessons ?? [])
  func textIsTheSameWithoutColourAndNoWiderThanEightyColumns(_ lesson: String) throws {
    let plain = try Run(lesson, in: Self.root, ["--profile", "smoke", "--color", "never"], quiet: false)
    for line in plain.output.split(separator: "\n") {
      #expect(line.terminalWidth <= 80, "\(line)")
      #expect(!line.contains("\u{1B}"))
    }
  }

  @Test func unknownDataFolderIsNamedWithTheRemedy() throws {
    let run = try Run("lesson-01", in: Self.root, ["--profile", "smoke", "--data", "no-such-folder"])
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

  init(_ lesson: String, in root: String, _ arguments: [String], quiet: Bool = true) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("swift-qat-\(UUID())").path
    try AtomicFile.createFolder(folder)
    events = "\(folder)/events.ndjson"
    let all = arguments + ["--out", folder, "--events", events] + (quiet ? ["--quiet"] : [])
    let outcome = try Executables.builtWithTests.run(lesson, all, in: root)
    (output, status) = (outcome.output, outcome.status)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }
}
