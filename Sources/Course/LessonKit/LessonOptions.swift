import ArgumentParser
import Platform
import Support

/// The options every lesson takes on its command line.
public struct LessonOptions: ParsableArguments {
  /// When output is coloured.
  public enum Color: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// On a terminal, unless `NO_COLOR` is set.
    case auto
    /// Always.
    case always
    /// Never.
    case never
  }

  /// How much work the lesson does.
  @Option(help: "How much work to do: smoke, class or full.")
  public var profile: Profile = .class

  /// The seed every random number of the lesson comes from.
  @Option(help: "The seed of every random number.")
  public var seed: UInt64 = 1

  /// A folder with the four MNIST files; without it the built-in digits are used.
  @Option(
    help: ArgumentHelp(
      "A folder with MNIST's four IDX files (plain or .gz), in place of the built-in digits. (default: $QAT_DATA)",
      valueName: "folder"))
  public var data: String?

  /// A model file of somebody else, which a lesson that can looks into.
  @Option(
    help: ArgumentHelp(
      "A .tflite file that lessons 9 and 10 look into; lesson 10 also takes .onnx, .keras and .h5.",
      valueName: "file"))
  public var model: String?

  /// The folder the figures go to.
  @Option(
    help: ArgumentHelp("The folder for the figures. (default: .build/figures/<lesson>)", valueName: "folder"))
  public var out: String?

  /// Draws the figures into the book.
  @Flag(
    help: "Draw the figures into the book, output/<lesson>; `swift run book <lesson>` weaves its chapter.")
  public var updateBook = false

  /// The section to print, by its number or a part of its title.
  @Option(
    help: ArgumentHelp(
      "Print one section only, named by its number or a part of its title; all of the lesson is computed.",
      valueName: "section"))
  public var section: String?

  /// Waits at each prediction for what the reader types.
  @Flag(help: "Wait at each *Predict* for your prediction, and show it again beside the answer.")
  public var pause = false

  /// Shows the lesson in a pager.
  @Flag(help: "Show the lesson in $PAGER, or in less -R.")
  public var pager = false

  /// Prints nothing but claims that do not hold.
  @Flag(help: "Print nothing but claims that do not hold.")
  public var quiet = false

  /// A file for the lesson's events, one JSON object a line.
  @Option(help: ArgumentHelp("Write what happens to a file, one JSON object a line.", valueName: "file"))
  public var events: String?

  /// When output is coloured.
  @Option(help: "Colour the output: auto, always or never.")
  public var color: Color = .auto

  /// True if somebody reads the lesson while it runs: it is not quiet, and no chapter is made of its events.
  ///
  /// What depends on the machine is shown to such a reader only.
  public var hasReader: Bool { events == nil && !quiet }

  /// The folder with MNIST: the option's, or the one that `QAT_DATA` names.
  public var dataFolder: String? { data ?? Self.environmentData }

  /// What named the folder with MNIST, for messages about it.
  var dataSource: String { data == nil ? "QAT_DATA=" : "--data " }

  /// The folder of the figures: the option's, or one in the checkout that holds the lesson's source.
  ///
  /// It is relative if the lesson runs in that checkout.
  package func figureFolder(ofSource path: String) -> String {
    if let out { return out }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    let checkout = parts.dropLast(3).joined(separator: "/")
    let folder = (updateBook ? "output/" : ".build/figures/") + (parts.dropLast().last ?? "lesson")
    return isSameFile(checkout, ".") ? folder : "\(checkout)/\(folder)"
  }

  /// The folder that `QAT_DATA` names, if it is set and not empty.
  private static var environmentData: String? {
    guard let value = getenv("QAT_DATA"), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// The options' defaults.
  public init() {}

  /// Refuses folders that are missing at once: `--events` would fail at the lesson's end, `--data` only if it is read.
  ///
  /// - Throws: `ValidationError` for a folder that is not there.
  public func validate() throws {
    if pause, pager { throw ValidationError("--pause and --pager: both read what you type; choose one") }
    if updateBook, out != nil {
      throw ValidationError("--update-book and --out: both name the folder for the figures; choose one")
    }
    // Trainings of a quiet lesson show no progress.
    if quiet { setenv("QAT_PROGRESS", "0", 1) }
    if let folder = dataFolder, !isFolder(folder) {
      throw ValidationError(
        "\(dataSource)\(folder): there is no such folder; name the one that holds MNIST's four files")
    }
    if let model, !isFile(model) {
      throw ValidationError("--model \(model): there is no such file; `swift run qat-model fetch` gets some")
    }
    guard let events else { return }
    do throws(FileError) { try AtomicFile.refuseUnwritable(events) } catch {
      throw ValidationError("--events: \(error)")
    }
  }
}

/// A lesson as a command, named after its executable.
struct LessonCommand: ParsableCommand {
  static var configuration: CommandConfiguration {
    let name = CommandLine.arguments.first?.split(separator: "/").last.map(String.init)
    return CommandConfiguration(
      commandName: name, abstract: "Tells a lesson, computing what it says.",
      usage: "\(name ?? "lesson") [<options>]")
  }

  @OptionGroup var options: LessonOptions
}

/// How much work a lesson does: prose, figures and claims are the same in every profile.
public enum Profile: String, Codable, CaseIterable, ExpressibleByArgument, Sendable {
  /// The least work for which the claims hold: what the tests run.
  case smoke
  /// What a reader runs, and what the committed book is woven from.
  case `class`
  /// As much as published numbers need.
  case full

  /// The value for this profile; `full` uses that of `class` unless it has one of its own.
  public func pick<Value>(smoke: Value, class: Value, full: Value? = nil) -> Value {
    switch self {
    case .smoke: smoke
    case .class: `class`
    case .full: full ?? `class`
    }
  }
}

/// True if the path is a folder.
func isFolder(_ path: String) -> Bool { fileType(of: path) == S_IFDIR }

/// True if the path is a file.
func isFile(_ path: String) -> Bool { fileType(of: path) == S_IFREG }

/// True if both paths lead to one file or folder.
func isSameFile(_ a: String, _ b: String) -> Bool {
  var (first, second) = (stat(), stat())
  guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

private func fileType(of path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}
