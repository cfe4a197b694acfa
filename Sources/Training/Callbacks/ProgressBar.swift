import Support

/// Shows how far a training is: a bar on a terminal, a line an epoch elsewhere.
///
///     epoch 2/3  ━━━━━━━━━━━━────────────  235/469  6,120 images/s  0:05 left  loss 0.0512  accuracy 0.984
///
/// It writes to standard error, so that what a program prints can go to a file. Colour is left out where
/// `NO_COLOR` is set.
public final class ProgressBar: Callback {
  private let screen: ProgressScreen
  private var began = 0.0
  private var shown = -1.0
  private var stepsAtBegin = 0

  /// Creates a bar on standard error.
  public convenience init() { self.init(screen: .standardError) }

  /// Creates a bar on a screen.
  package init(screen: ProgressScreen) { self.screen = screen }

  /// Starts the epoch's clock.
  public func epochBegins(_ run: TrainingRun) {
    (began, shown, stepsAtBegin) = (screen.seconds(), -1, run.step)
  }

  /// Redraws the bar, ten times a second at most.
  public func stepEnds(_ run: TrainingRun) {
    let now = screen.seconds()
    guard screen.isTerminal, now - shown >= 0.1 else { return }
    shown = now
    screen.redraw(line(run, seconds: now - began))
  }

  /// Writes the epoch's line.
  public func epochEnds(_ run: TrainingRun) {
    guard let epoch = run.history.epochs.last else { return }
    let seconds = screen.seconds() - began
    let examples = run.exampleCount - stepsAtBegin * run.batchSize
    var text = "\(heading(epoch.number, run))  \(time(seconds))  \(rate(examples, seconds))  "
    text += listed(epoch.training)
    if let validation = epoch.validation { text += "  " + listed(validation, prefix: "val_") }
    screen.finish(text)
  }

  /// Says so if the training ended before its time.
  public func runEnds(_ run: TrainingRun) {
    guard run.step > 0 else { return }
    screen.finish(
      "\(heading(run.epoch, run))  stopped after step \(run.step) of \(run.stepsPerEpoch); the weights stay")
  }

  private func line(_ run: TrainingRun, seconds: Double) -> String {
    let steps = run.stepsPerEpoch
    let examples = min(run.step * run.batchSize, run.exampleCount) - stepsAtBegin * run.batchSize
    let left = seconds / Double(run.step - stepsAtBegin) * Double(steps - run.step)
    let end =
      "\(run.step)/\(steps)  \(rate(examples, seconds))  \(time(left)) left  \(listed(run.scores))"
    let beginning = heading(run.epoch, run)
    let width = min(24, screen.columns - beginning.count - end.count - 5)
    guard width >= 4 else { return String("\(beginning)  \(end)".prefix(screen.columns - 1)) }
    let done = width * run.step / steps
    let bar = String(repeating: "━", count: done)
    let rest = String(repeating: "─", count: width - done)
    return "\(beginning)  \(screen.colored(bar))\(rest)  \(end)"
  }

  private func heading(_ epoch: Int, _ run: TrainingRun) -> String { "epoch \(epoch)/\(run.epochs)" }

  private func rate(_ examples: Int, _ seconds: Double) -> String {
    let perSecond = Double(examples) / max(seconds, 1e-9)
    return "\(NumberFormat.grouped.string(perSecond.rounded())) examples/s"
  }

  private func time(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    let rest = whole % 60
    return "\(whole / 60):\(rest < 10 ? "0" : "")\(rest)"
  }

  private func listed(_ scores: Scores, prefix: String = "") -> String {
    zip(scores.names, scores.values)
      .map { "\(prefix)\($0) \(NumberFormat.significant(3).string($1))" }.joined(separator: "  ")
  }
}
