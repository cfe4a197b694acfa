import ArgumentParser
import Foundation
import LessonKit
import Support
import Weaver

/// The command that makes the book: it runs the lessons, weaves the chapters and draws the figures.
@main
struct Book: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "book",
    abstract: "Runs the lessons and weaves them into chapters with their figures.",
    subcommands: [
      WeaveCommand.self, FiguresCommand.self, WhyCommand.self, CheckCommand.self, ClaimsCommand.self,
      SiteCommand.self, SiteDataCommand.self,
    ],
    defaultSubcommand: WeaveCommand.self)
}

/// The checkout and the lessons that a command works on.
struct BookOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The checkout's folder.", valueName: "folder"))
  var root = "."

  /// The checkout's folder as an absolute path.
  var checkout: String { absolutePath(root) }

  @Argument(help: "The lessons, such as lesson-01. (default: all)")
  var lessons: [String] = []

  func validate() throws { _ = try sources() }

  /// The sources of the named lessons, in order.
  func sources() throws -> [LessonSource] {
    let catalog = try catalog()
    for name in lessons where !catalog.lessons.contains(name) {
      throw ValidationError("there is no \(name); there are \(catalog.lessons.joined(separator: ", "))")
    }
    return try catalog.lessons.filter { lessons.isEmpty || lessons.contains($0) }.map(source)
  }

  /// The sources of all lessons, in order.
  func allSources() throws -> [LessonSource] { try catalog().lessons.map(source) }

  private func source(_ lesson: String) throws -> LessonSource {
    try LessonSource(path: "\(checkout)/Lessons/\(lesson)/main.swift")
  }

  func catalog() throws -> LessonCatalog {
    do {
      return try LessonCatalog(root: checkout)
    } catch {
      throw ValidationError(
        "\(root) holds no Lessons folder; run book in the checkout, or name it with --root")
    }
  }
}

/// The options of a lesson's run.
struct RunOptions: ParsableArguments {
  @Option(help: "How much work to do: smoke, class or full.")
  var profile: Profile = .class

  @Option(help: "The seed of every random number.")
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("A folder with MNIST's four IDX files.", valueName: "folder"))
  var data: String?

  /// Runs a lesson in the checkout, with its figures written to `folder`, and reads its events.
  ///
  /// Paths are relative to the folder in which `book` was called, not to the folder in which the lesson runs.
  func run(_ source: LessonSource, root: String, figuresTo folder: String) throws -> EventLog {
    let scratch = try ScratchFolder()
    defer { withExtendedLifetime(scratch) {} }
    let events = "\(scratch.path)/\(source.name).ndjson"
    var arguments = [
      "--quiet", "--profile", profile.rawValue, "--seed", "\(seed)", "--events", events,
      "--out", absolutePath(folder),
    ]
    if let data { arguments += ["--data", absolutePath(data)] }
    // By its own name, so that a lesson that does not find it blames the right one.
    let variable = ProcessInfo.processInfo.environment["QAT_DATA"] ?? ""
    let environment = variable.isEmpty ? [:] : ["QAT_DATA": absolutePath(variable)]
    let outcome = try Executables.besideThisTool.run(
      source.name, arguments, in: root, environment: environment)
    guard outcome.status == 0 else {
      throw LessonFailure(lesson: source.name, output: outcome.output)
    }
    return try EventLog(path: events)
  }
}

extension Executables {
  /// The folder of this command, where the lessons are built with it.
  static var besideThisTool: Executables {
    let executable = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return Executables(in: executable.deletingLastPathComponent().path)
  }
}

/// A path of the command line as an absolute path, since the lessons run in another folder than `book`.
func absolutePath(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

/// A failed run of a lesson, with its output.
struct LessonFailure: Error, CustomStringConvertible {
  let lesson: String
  let output: String

  var description: String { "\(lesson) failed:\n\(output)" }
}
