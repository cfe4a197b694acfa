import CProcess
import Charting
import Datasets
import Support

/// The lesson that this process tells.
///
/// A lesson is a program of its own, its text is top-level code, and the functions it speaks through
/// (`show`, `table`, `figure`, `claim`, `bind`) are free functions, so that the text reads as a text. What they
/// have in common is kept here: the options, the narrator, the events. It lives on the main actor.
@MainActor public let lesson = Lesson()

/// A lesson being told: its options, and what it has said so far.
@MainActor
public final class Lesson {
  /// What the reader asked for on the command line.
  public let options: LessonOptions

  private let terminal: Terminal
  private var source: LessonSource?
  private var narrator: Narrator?
  private var events: [Event] = []
  private var failures: [Event] = []
  /// The pictures used so far.
  private var data = "no pictures"

  fileprivate init() {
    options = LessonCommand.parseOrExit().options
    // Also in a training, which would keep its weights and go on to claims about a half-trained model.
    qat_interrupts_end_process()
    terminal = Terminal.standardOutput(color: options.color)
  }

  /// How much work to do.
  public var profile: Profile { options.profile }

  /// Where the results of this run come from.
  private func runRecord(_ source: LessonSource) -> RunRecord {
    RunRecord(
      lesson: source.name, sourceHash: source.hash, profile: profile, seed: options.seed,
      data: data)
  }

  /// A generator for a part of the lesson: the same seed and label give the same numbers.
  public func generator(_ label: String) -> SeededGenerator {
    SeededGenerator(seed: options.seed).derived(label)
  }

  /// Labelled pictures of digits: the built-in ones, or MNIST where `--data` names its folder.
  ///
  /// Stops the lesson with a message if the folder does not hold MNIST, or too little of it.
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
          failure: "--data \(folder): it holds \(mnist.training.count) training and \(mnist.test.count) test "
            + "pictures; this lesson needs \(training) and \(test). Name a folder with the whole MNIST")
      }
      return (mnist.training.selecting(0..<training), mnist.test.selecting(0..<test))
    } catch {
      endProcess(failure: "--data: \(error)")
    }
  }

  // MARK: - Telling

  /// Takes an event in: tells it, and keeps it for `--events`.
  ///
  /// A lesson run again for a `refusal` is silent.
  func record(_ kind: Event.Kind, _ location: SourceLocation) {
    if RefusalProcess.line != nil { return }
    begin(at: location)
    guard let source else { return }
    let event = Event(line: location.line, resolved(kind, at: location.line))
    events.append(event)
    if case .claim(_, holds: false) = kind { failures.append(event) }
    let figure = drawn(event, source: source)
    guard let lines = narrator?.lines(for: event, drawn: figure) else { return }
    if !options.quiet {
      for line in lines { print(line) }
    } else if case .claim(let text, holds: false) = kind {
      print("✗ \(text)  (Lessons/\(source.name)/main.swift:\(event.line))")
    }
  }

  /// Tells the rest, writes the events, and ends the process with 1 if a claim did not hold.
  func finish(_ location: SourceLocation) -> Never {
    if RefusalProcess.line != nil { endProcess() }
    begin(at: location)
    let rest = narrator?.text(upTo: location.line) ?? []
    if !options.quiet { for line in rest + [""] { print(line) } }
    if let path = options.events, let source {
      let all = [Event(line: 1, .begin(runRecord(source)))] + events + [Event(line: location.line, .end)]
      writeEvents(all, to: path)
    }
    if failures.isEmpty { endProcess() }
    let count = failures.count == 1 ? "1 claim does" : "\(failures.count) claims do"
    endProcess(failure: "\(count) not hold; each is marked ✗ above, with its line")
  }

  /// Reads the lesson's source when its first event comes.
  private func begin(at location: SourceLocation) {
    guard source == nil else { return }
    do {
      let source = try LessonSource(path: location.path)
      self.source = source
      narrator = Narrator(source: source, terminal: terminal)
    } catch {
      endProcess(failure: "\(error); a lesson reads its own text, so run it where it was built")
    }
    do {
      // Now, so that a folder that cannot be had is said before the reader has waited for a figure.
      if let out = options.out { try AtomicFile.createFolder(out) }
    } catch {
      endProcess(failure: "--out: \(error)")
    }
  }

  /// A figure's caption and alternative text with their numbers put in; other events as they are.
  private func resolved(_ kind: Event.Kind, at line: Int) -> Event.Kind {
    guard case .figure(let id, let caption, let alt, let chart) = kind, let narrator else { return kind }
    require(
      !events.contains { if case .figure(id, _, _, _) = $0.kind { true } else { false } },
      "figure \(id) is drawn twice; a figure's name is its own")
    return .figure(
      id: id, caption: narrator.resolved(caption, at: line), alt: narrator.resolved(alt, at: line), chart)
  }

  /// Draws an event's chart, if it has one, into its PNG and as text.
  private func drawn(_ event: Event, source: LessonSource) -> DrawnFigure? {
    guard case .figure(let id, _, _, let chart) = event.kind else { return nil }
    let folder = options.out ?? "output/\(source.name)"
    let path = "\(folder)/\(id).png"
    do {
      try AtomicFile.createFolder(folder)
      try chart.write(png: path, provenance: runRecord(source).provenance(of: event))
      if options.quiet { return DrawnFigure(path: path, preview: []) }
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
