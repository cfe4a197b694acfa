import Support

/// Shows how far a training is: a bar on a terminal, a line an epoch elsewhere.
///
///     epoch 2/3  ━━━━━─────  235/469  6,120/s  0:05 left  loss 0.0512  accuracy 0.9840
///
/// That is: steps, examples a second, time left in the epoch, means over the epoch so far. It writes to
/// standard error, so that what a program prints can go to a file. Where a terminal is narrow, the line is
/// shortened. `NO_COLOR` leaves colour out.
public final class ProgressBar: Callback {
  private let screen: ProgressScreen
  /// When the epoch began, when its last step so far ended, and when the line was last drawn.
  private var (began, stepped, shown) = (0.0, 0.0, -Double.infinity)
  /// The steps that a resumed epoch had taken before.
  private var stepsAtBegin = 0
  /// The columns of the line under way, which the next has to cover.
  private var drawn = 0

  /// Creates a bar on standard error.
  public convenience init() { self.init(screen: .standardError) }

  /// Creates a bar on a screen.
  package init(screen: ProgressScreen) { self.screen = screen }

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
    let (steps, room) = (run.stepsPerEpoch, screen.columns() - 1)
    let line = stepLine(run, seconds: stepped - began).fitted(to: room)
    let width = min(24, room - line.width - 2)
    guard width >= 4 else { return draw(line.text(), width: line.width) }
    let done = width * run.step / steps
    let bar = String(repeating: "━", count: done)
    let rest = String(repeating: "─", count: width - done)
    draw(line.text(bar: screen.colored(bar) + rest), width: line.width + 2 + width)
  }

  /// Writes the epoch's line; its time is that of the training, without validation.
  public func epochEnds(_ run: TrainingRun) {
    guard let epoch = run.history.epochs.last else { return }
    let seconds = stepped - began
    var line = ProgressLine(heading(epoch.number, run))
    let took = seconds < 60 ? NumberFormat.fixed(1).string(seconds) + " s" : time(seconds)
    line.add([took], importance: 2)
    line.add(rate(run, steps: run.stepsPerEpoch, seconds).map { "\($0) examples/s" }, importance: 1)
    line.add(epoch.training.items(prefix: ""), importance: 3)
    line.add(epoch.validation?.items(prefix: "val_") ?? [], importance: 4)
    finish(line)
  }

  /// Says so if the training ended before its time.
  public func runEnds(_ run: TrainingRun) {
    guard run.step > 0 else { return }
    var line = ProgressLine(heading(run.epoch, run))
    line.add(["stopped after step \(run.step) of \(run.stepsPerEpoch); the weights stay"], importance: 1)
    finish(line)
  }

  /// Leaves the line as it is, so that the error stands below it.
  public func runFails(_ run: TrainingRun) {
    if drawn > 0 { screen.write("\n") }
    drawn = 0
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

  /// Draws a line for the last time; where it cannot be drawn anew, it is as long as it likes.
  private func finish(_ line: ProgressLine) {
    guard screen.isTerminal else { return screen.write(line.text() + "\n") }
    let line = line.fitted(to: screen.columns() - 1)
    draw(line.text(), width: line.width)
    screen.write("\n")
    drawn = 0
  }

  private func heading(_ epoch: Int, _ run: TrainingRun) -> String { "epoch \(epoch)/\(run.epochs)" }

  /// The examples a second since the clock was started, up to a step; none if no time has passed.
  private func rate(_ run: TrainingRun, steps: Int, _ seconds: Double) -> [String] {
    let examples = min(steps * run.batchSize, run.exampleCount) - stepsAtBegin * run.batchSize
    guard seconds > 0, examples > 0 else { return [] }
    return [NumberFormat.grouped.string((Double(examples) / seconds).rounded())]
  }

  /// 0:05, 12:30, 1:00:00.
  private func time(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    func padded(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let (hours, minutes) = (whole / 3600, whole / 60 % 60)
    return (hours > 0 ? "\(hours):\(padded(minutes))" : "\(minutes)") + ":\(padded(whole % 60))"
  }
}
