import Training

/// Notes how long each step of a training takes, from the end of the one before.
final class StepTimes: Callback {
  private let warmUp: Int
  private var last = ContinuousClock.now
  /// The seconds of each step after the first few.
  private(set) var seconds: [Double] = []

  /// Leaves the first steps of the run out: they compile kernels and fetch memory.
  init(warmUp: Int) { self.warmUp = warmUp }

  func stepEnds(_ run: TrainingRun) throws {
    let now = ContinuousClock.now
    if run.stepsTaken > warmUp { seconds.append((now - last) / .seconds(1)) }
    last = now
  }

  /// The mean over the quickest of ten, which other work on the machine disturbs least.
  var quickest: Double {
    let chosen = seconds.sorted().prefix(max(1, seconds.count / 10))
    return chosen.reduce(0, +) / Double(chosen.count)
  }

  /// The mean over all.
  var mean: Double { seconds.reduce(0, +) / Double(seconds.count) }
}
