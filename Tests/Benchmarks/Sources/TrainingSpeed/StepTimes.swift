import Training

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Notes how long each step of a training takes, from the end of the one before.
final class StepTimes: Callback {
  private let warmUp: Int
  private var last = ContinuousClock.now
  private var lastProcessorTime = clock()
  /// The seconds of each step after the first few.
  private(set) var seconds: [Double] = []
  /// The seconds that all threads together computed in each of them.
  private(set) var processorSeconds: [Double] = []

  /// Leaves the first steps of the run out: they compile kernels and fetch memory.
  init(warmUp: Int) { self.warmUp = warmUp }

  func stepEnds(_ run: TrainingRun) throws {
    let (now, processorTime) = (ContinuousClock.now, clock())
    if run.stepsTaken > warmUp {
      seconds.append((now - last) / .seconds(1))
      processorSeconds.append(Double(processorTime - lastProcessorTime) / Double(CLOCKS_PER_SEC))
    }
    (last, lastProcessorTime) = (now, processorTime)
  }

  /// The mean over the quickest of ten, which other work on the machine disturbs least.
  static func quickest(_ times: [Double]) -> Double {
    let chosen = times.sorted().prefix(max(1, times.count / 10))
    return chosen.reduce(0, +) / Double(chosen.count)
  }

  /// The mean over the quickest steps.
  var quickest: Double { Self.quickest(seconds) }

  /// The mean over all.
  var mean: Double { seconds.reduce(0, +) / Double(seconds.count) }
}
