import Platform
import Support

/// Shows the progress of a training: as a bar on a terminal, elsewhere as one line per epoch.
///
///     epoch 2/3  ━━━━━─────  235/469  6,120/s  0:05 left  loss 0.0512  accuracy 0.9840
///
/// The line shows the steps, the examples per second, the time left in the epoch, and the means over the
/// epoch so far. It goes to standard error, so that the program's own output can be redirected to a file. It is
/// never wider than 80 columns, nor than its terminal: what does not fit is left out, the least important first. Outside
/// of a terminal scores that do not fit follow on lines of their own.
/// `NO_COLOR` switches colour off; `QAT_PROGRESS=0` in the environment switches the bar off.
public final class ProgressBar: Callback {
  private let screen: ProgressScreen
  /// The times at which the epoch began, its latest step ended, and the line was last drawn.
  private var (began, stepped, shown) = (0.0, 0.0, -Double.infinity)
  /// The steps that a resumed epoch had already taken.
  private var stepsAtBegin = 0
  /// The width of the line on the screen, in columns, which the next line has to cover.
  private var drawn = 0
  private let keepsEpochs: Bool
  /// The line of the latest epoch, if it is to be written when the training ends.
  private var latest: ProgressLine?

  /// Creates a bar on standard error.
  ///
  /// - Parameter everyEpoch: Whether each epoch leaves a line. Without, a training leaves one, that of its last
  ///   epoch: for programs that train many times.
  public convenience init(everyEpoch: Bool = true) {
    self.init(screen: .standardError, everyEpoch: everyEpoch)
  }

  /// Creates a bar on the given screen.
  package init(screen: ProgressScreen, everyEpoch: Bool = true) {
    (self.screen, keepsEpochs) = (screen, everyEpoch)
  }

  /// Starts the epoch's clock.
  public func epochBegins(_ run: TrainingRun) {
    (began, shown, stepsAtBegin) = (screen.seconds(), -.infinity, run.step)
    stepped = began
  }

  /// Redraws the bar, ten times a second at most.
  public func stepEnds(_ run: TrainingRun) {
    stepped = screen.seconds()
    guard screen.isTerminal, stepped - shown >= 0.1 else { return }
    shown = stepped
    let (steps, room) = (run.stepsPerEpoch, screen.room)
    let line = stepLine(run, seconds: stepped - began).fitted(to: room)
    let width = min(24, room - line.width - 2)
    guard width >= 4 else { return draw(line.text(), width: line.width) }
    let done = width * run.step / steps
    let bar = String(repeating: "━", count: done)
    let rest = String(repeating: "─", count: width - done)
    draw(line.text(bar: screen.colored(bar) + rest), width: line.width + 2 + width)
  }

  /// Writes the line of a finished epoch; its time does not include the validation.
  public func epochEnds(_ run: TrainingRun) {
    guard let epoch = run.history.epochs.last else { return }
    let seconds = stepped - began
    var line = ProgressLine(heading(epoch.number, run))
    let took = seconds < 60 ? NumberFormat.fixed(1).string(seconds) + " s" : time(seconds)
    line.add([took], importance: 2)
    line.add(rate(run, steps: run.stepsPerEpoch, seconds).map { "\($0) examples/s" }, importance: 1)
    line.add(epoch.training.items(prefix: ""), importance: 3)
    line.add(epoch.validation?.items(prefix: "val_") ?? [], importance: 4)
    if keepsEpochs { finish(line) } else { latest = line }
  }

  /// Reports a training that stopped within an epoch.
  public func runEnds(_ run: TrainingRun) {
    if let line = latest { finish(line) }
    latest = nil
    guard run.step > 0 else { return }
    var line = ProgressLine(heading(run.epoch, run))
    line.add(["stopped after step \(run.step) of \(run.stepsPerEpoch); the weights stay"], importance: 1)
    finish(line)
  }

  /// Ends the line, so that the error message stands below it.
  public func runFails(_ run: TrainingRun) {
    if drawn > 0 { screen.write("\n") }
    (drawn, latest) = (0, nil)
  }

  private func stepLine(_ run: TrainingRun, seconds: Double) -> ProgressLine {
    var line = ProgressLine(heading(run.epoch, run))
    let left = seconds / Double(run.step - stepsAtBegin) * Double(run.stepsPerEpoch - run.step)
    let (step, steps) = ("\(run.step)", "\(run.stepsPerEpoch)")
    let space = String(repeating: " ", count: steps.count - step.count)
    line.add(["\(space)\(step)/\(steps)"], importance: 4)
    line.add(rate(run, steps: run.step, seconds).map { "\($0)/s" }, importance: 1)
    line.add(["\(time(left)) left"], importance: 2)
    line.add(run.scores.items(prefix: ""), importance: 3)
    return line
  }

  private func draw(_ text: String, width: Int) {
    screen.write("\r" + text + String(repeating: " ", count: max(0, drawn - width)))
    drawn = width
  }

  /// Draws the final state of a line.
  private func finish(_ line: ProgressLine) {
    guard screen.isTerminal else {
      return screen.write(line.fitted(to: screen.room, keeping: 3).wrapped(to: screen.room) + "\n")
    }
    let line = line.fitted(to: screen.room)
    draw(line.text(), width: line.width)
    screen.write("\n")
    drawn = 0
  }

  private func heading(_ epoch: Int, _ run: TrainingRun) -> String { "epoch \(epoch)/\(run.epochs)" }

  /// The examples per second from the start of the clock to the given step; empty if no time has passed.
  private func rate(_ run: TrainingRun, steps: Int, _ seconds: Double) -> [String] {
    let examples = min(steps * run.batchSize, run.exampleCount) - stepsAtBegin * run.batchSize
    guard seconds > 0, examples > 0 else { return [] }
    return [NumberFormat.grouped.string((Double(examples) / seconds).rounded())]
  }

  /// A time as minutes and seconds, or hours, minutes and seconds: 0:05, 12:30, 1:00:00.
  private func time(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    func padded(_ value: Int) -> String { (value < 10 ? "0" : "") + "\(value)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return (hours > 0 ? "\(hours):\(padded(minutes))" : "\(minutes)") + ":\(padded(whole % 60))"
  }
}

/// A line of progress that never wraps: parts that do not fit are left out, the least important first.
struct ProgressLine {
  private let heading: String
  private var parts: [(text: String, importance: Int)] = []

  init(_ heading: String) { self.heading = heading }

  /// Appends parts; among equally important parts, the last is left out first.
  mutating func add(_ texts: [String], importance: Int) {
    parts += texts.map { ($0, importance) }
  }

  /// The width in columns, with two spaces before each part.
  var width: Int { parts.reduce(heading.terminalWidth) { $0 + 2 + $1.text.terminalWidth } }

  /// The line without the parts that do not fit; a heading that is too long is cut off.
  ///
  /// Parts of the importance `keeping` and above stay, whether they fit or not.
  func fitted(to columns: Int, keeping: Int = .max) -> ProgressLine {
    var line = self
    while line.width > columns {
      let least = line.parts.map(\.importance).min()
      if let least, least >= keeping { return line }
      guard let victim = line.parts.lastIndex(where: { $0.importance == least }) else {
        return ProgressLine(String(heading.prefix(max(0, columns))))
      }
      line.parts.remove(at: victim)
    }
    return line
  }

  /// The text on as many lines as it takes; all but the first are indented by two spaces.
  func wrapped(to columns: Int) -> String {
    var lines = [heading]
    for part in parts.map(\.text) {
      let line = lines[lines.count - 1]
      if line.terminalWidth + 2 + part.terminalWidth <= columns {
        lines[lines.count - 1] = line + "  " + part
      } else {
        lines.append("  " + part)
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The text, with an optional bar after the heading.
  func text(bar: String? = nil) -> String {
    ([heading] + (bar.map { [$0] } ?? []) + parts.map(\.text)).joined(separator: "  ")
  }
}

/// The output and the clock of a ``ProgressBar``.
package struct ProgressScreen {
  /// Whether a line can be redrawn from its beginning.
  package let isTerminal: Bool
  /// Whether text is coloured.
  package let isColored: Bool
  /// The current width of a line in columns.
  package let columns: () -> Int
  /// Writes text unchanged.
  package let write: (String) -> Void
  /// The time in seconds since an arbitrary moment.
  package let seconds: () -> Double

  /// Creates a screen.
  ///
  /// - Parameters:
  ///   - isTerminal: Whether a line can be redrawn from its beginning.
  ///   - isColored: Whether text is coloured.
  ///   - columns: Returns the current width of a line in columns.
  ///   - write: Writes text unchanged.
  ///   - seconds: Returns the time in seconds since an arbitrary moment.
  package init(
    isTerminal: Bool, isColored: Bool, columns: @escaping () -> Int, write: @escaping (String) -> Void,
    seconds: @escaping () -> Double
  ) {
    (self.isTerminal, self.isColored, self.columns) = (isTerminal, isColored, columns)
    (self.write, self.seconds) = (write, seconds)
  }

  /// Standard error, with the width of its terminal.
  package static var standardError: ProgressScreen {
    let stream = StandardStream.error
    return ProgressScreen(
      isTerminal: stream.isTerminal, isColored: stream.isColored, columns: { stream.columns },
      write: { if !isSilent { stream.write($0) } },
      seconds: {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
      })
  }

  /// The columns that a line may take: a terminal's last one stays free.
  var room: Int { isTerminal ? min(columns(), 80) - 1 : 80 }

  /// Whether the environment switches progress off.
  private static var isSilent: Bool { getenv("QAT_PROGRESS").map { String(cString: $0) } == "0" }

  /// The text in the accent colour, where colour is on.
  func colored(_ text: String) -> String { isColored ? "\u{1B}[36m\(text)\u{1B}[0m" : text }
}
