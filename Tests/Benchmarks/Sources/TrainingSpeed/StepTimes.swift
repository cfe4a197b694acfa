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

  /// The time of a step: the median of the means over windows of 20 steps, as the peers report it.
  static func typical(_ times: [Double]) -> Double {
    let windows = stride(from: 0, to: times.count, by: 20).map { first in
      let window = times[first..<min(first + 20, times.count)]
      return window.reduce(0, +) / Double(window.count)
    }
    return windows.sorted()[windows.count / 2]
  }
}
