import CProcess
import Charting
import Datasets
import Platform
import Support

/// The lesson of this process.
///
/// A lesson is a program whose text is top-level code, and its results are calls of free functions (`show`,
/// `table`, `figure`, `claim`, `bind`), so that it reads as a text. Their common state is kept here: the
/// options, the narrator, the events. It belongs to the main actor.
@MainActor public let lesson = Lesson()

/// A running lesson: its options, and its events so far.
@MainActor
public final class Lesson {
  /// What the reader asked for on the command line.
  public let options: LessonOptions

  private let terminal: Terminal
  private var source: LessonSource?
  private var narrator: Narrator?
  private var printer: LessonPrinter?
  /// The folder the figures go to.
  private var figureFolder = ""
  private var events: [Event] = []
  private var failures: [Event] = []
  /// The pictures used so far, in the words of `RunRecord.data`.
  private var data = "no pictures"

  fileprivate init() {
    options = LessonCommand.parseOrExit().options
    if options.pager, !options.quiet, RefusalProcess.line == nil { Pager.takeOver(color: options.color) }
    // Also during a training, which would keep its weights and let claims be made of a half-trained model.
    qat_interrupts_end_process()
    terminal = Terminal.standardOutput(color: options.color)
    // Progress bars do not know the lesson's options.
    if options.color == .never { _ = setenv("NO_COLOR", "1", 1) }
  }

  /// How much work to do.
  public var profile: Profile { options.profile }

  /// The origin of this run's results.
  private func runRecord(_ source: LessonSource) -> RunRecord {
    RunRecord(
      lesson: source.name, sourceHash: source.hash, profile: profile, seed: options.seed,
      data: data)
  }

  /// A generator for a part of the lesson; equal seeds and labels give equal numbers.
  public func generator(_ label: String) -> SeededGenerator {
    SeededGenerator(seed: options.seed).derived(label)
  }

  /// Labelled pictures of digits: the built-in ones, or MNIST if `--data` names its folder.
  ///
  /// The lesson ends with a message if the folder does not hold MNIST, or holds fewer pictures.
  ///
  /// - Returns: `training` and `test` pictures, as many of each as asked for.
  public func digits(training: Int, test: Int) -> (training: LabeledImages, test: LabeledImages) {
    guard let folder = options.dataFolder else {
      data = "built-in digits"
      let images = Digits.generated(count: training + test, seed: options.seed)
      return (images.selecting(0..<training), images.selecting(training..<training + test))
    }
    data = "MNIST"
    do {
      let mnist = try MNIST.load(from: folder)
      guard mnist.training.count >= training, mnist.test.count >= test else {
        endProcess(
          failure:
            "\(options.dataSource)\(folder): it holds \(mnist.training.count) training and \(mnist.test.count) test "
            + "pictures; this lesson needs \(training) and \(test). Name a folder with the whole MNIST")
      }
      return (mnist.training.selecting(0..<training), mnist.test.selecting(0..<test))
    } catch {
      endProcess(failure: "\(options.dataSource)\(folder): \(error)")
    }
  }

  // MARK: - Events

  /// Records an event: prints it, and keeps it for `--events`.
  ///
  /// A lesson that is run again for a `refusal` records nothing.
  func record(_ kind: Event.Kind, _ location: SourceLocation) {
    if RefusalProcess.line != nil { return }
    begin(at: location)
    guard let source else { return }
    let event = Event(line: location.line, resolved(kind, at: location.line))
    events.append(event)
    if case .claim(_, holds: false) = kind { failures.append(event) }
    let figure = drawn(event, source: source)
    let pieces = narrator?.pieces(for: event, drawn: figure) ?? []
    let isShown = !options.quiet && printer?.shows(event.line) ?? true
    if !options.quiet { printer?.print(pieces) }
    if !isShown, case .claim(let text, holds: false) = kind {
      print("✗ \(text)  (Lessons/\(source.name)/main.swift:\(event.line))")
    }
  }

  /// Prints the text up to the end of a line's cell, and what the cell takes its time for.
  ///
  /// Of a section that the reader does not want to see, it prints only the latter, where progress goes.
  func announce(_ what: String, _ location: SourceLocation) {
    if RefusalProcess.line != nil || options.quiet { return }
    begin(at: location)
    let pieces = narrator?.announcement(of: what, at: location.line) ?? []
    printer?.print(pieces)
    fflush(nil)  // progress goes to standard error
    if let announcement = pieces.last, printer?.shows(location.line) == false {
      StandardStream.error.write(announcement.lines.joined(separator: "\n") + "\n")
    }
  }

  /// Prints the rest of the text, writes the events, and ends the process: with 1 if a claim did not hold.
  func finish(_ location: SourceLocation) -> Never {
    if RefusalProcess.line != nil { endProcess() }
    begin(at: location)
    let rest = narrator?.text(upTo: location.line) ?? []
    if !options.quiet {
      printer?.print(rest)
      printer?.end()
      print("")
    }
    if let path = options.events, let source {
      let all = [Event(line: 1, .begin(runRecord(source)))] + events + [Event(line: location.line, .end)]
      writeEvents(all, to: path)
    }
    if failures.isEmpty { endProcess() }
    let count = failures.count == 1 ? "1 claim does" : "\(failures.count) claims do"
    endProcess(failure: "\(count) not hold; each is marked ✗ above, with its line")
  }

  /// Reads the lesson's source at the first event.
  private func begin(at location: SourceLocation) {
    guard source == nil else { return }
    do {
      let source = try LessonSource(path: location.path)
      self.source = source
      narrator = Narrator(source: source, terminal: terminal)
      printer = printer(of: source)
    } catch {
      endProcess(failure: "\(error); a lesson reads its own text, so run it where it was built")
    }
    figureFolder = options.figureFolder(ofSource: location.path)
    do {
      // At the beginning, so that the reader learns of a bad folder before waiting for a figure.
      if let out = options.out { try AtomicFile.createFolder(out) }
    } catch {
      endProcess(failure: "--out: \(error)")
    }
  }

  /// The printer that the reader's options ask for.
  private func printer(of source: LessonSource) -> LessonPrinter {
    var lines: ClosedRange<Int>?
    do throws(SectionError) {
      lines = try options.section.map { name throws(SectionError) in try source.section(named: name).lines }
    } catch {
      endProcess(failure: "\(error)")
    }
    let isInteractive = isatty(STDIN_FILENO) == 1 && StandardStream.output.isTerminal
    if options.pause, !options.quiet, !isInteractive {
      StandardStream.error.write("--pause: no terminal to type at, so the lesson goes on without pauses\n")
    }
    let ask: ((String) -> String?)? = options.pause && isInteractive ? { Self.answer(to: $0) } : nil
    return LessonPrinter(terminal: terminal, section: lines, ask: ask) { Swift.print($0, terminator: "") }
  }

  /// A line that the reader types when asked: what was typed before does not count.
  nonisolated private static func answer(to prompt: String) -> String? {
    tcflush(STDIN_FILENO, TCIFLUSH)
    print(prompt, terminator: "")
    fflush(nil)
    return readLine()?.printable
  }

  /// Puts the numbers into a figure's caption and alternative text; other events stay as they are.
  private func resolved(_ kind: Event.Kind, at line: Int) -> Event.Kind {
    guard case .figure(let id, let caption, let alt, let chart) = kind, let narrator else { return kind }
    require(
      !events.contains { if case .figure(id, _, _, _) = $0.kind { true } else { false } },
      "figure \(id) is drawn twice; a figure's name is its own")
    return .figure(
      id: id, caption: narrator.resolved(caption, at: line), alt: narrator.resolved(alt, at: line), chart)
  }

  /// Draws a figure into its PNG and as text; nil for other events.
  private func drawn(_ event: Event, source: LessonSource) -> DrawnFigure? {
    guard case .figure(let id, _, _, let chart) = event.kind else { return nil }
    let path = "\(figureFolder)/\(id).png"
    do {
      try AtomicFile.createFolder(figureFolder)
      AtomicFile.removeAbandoned(of: path)
      try chart.write(png: path, provenance: runRecord(source).provenance(of: event))
      if options.quiet || printer?.shows(event.line) == false { return DrawnFigure(path: path, preview: []) }
      let columns = min(terminal.columns - 8, 64)
      return DrawnFigure(path: path, preview: try chart.preview(columns: columns, color: terminal.isColored))
    } catch {
      endProcess(failure: "figure \(id): \(error)")
    }
  }

  private func writeEvents(_ events: [Event], to path: String) {
    do {
      try AtomicFile.write(Event.log(events), to: path)
    } catch {
      endProcess(failure: "--events: \(error)")
    }
  }
}

/// Ends the process, after a message on standard error if it failed.
func endProcess(failure message: String? = nil) -> Never {
  guard let message else { exit(0) }
  fflush(nil)  // what was printed before comes first
  StandardStream.error.write("error: \(message)\n")
  exit(1)
}
