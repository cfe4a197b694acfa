import Training

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Measures each training step, from the end of the step before.
final class StepTimes: Callback {
  private let warmUp: Int
  private var last = ContinuousClock.now
  private var lastProcessorTime = clock()
  /// The seconds of each step after the first few.
  private(set) var seconds: [Double] = []
  /// The processor time of all threads in each of these steps, in seconds.
  private(set) var processorSeconds: [Double] = []

  /// Creates a callback that ignores the first steps of a run, which compile kernels and allocate memory.
  init(warmUp: Int) { self.warmUp = warmUp }

  func stepEnds(_ run: TrainingRun) throws {
    let (now, processorTime) = (ContinuousClock.now, clock())
    if run.stepsTaken > warmUp {
      seconds.append((now - last) / .seconds(1))
      processorSeconds.append(Double(processorTime - lastProcessorTime) / Double(CLOCKS_PER_SEC))
    }
    (last, lastProcessorTime) = (now, processorTime)
  }

  /// The typical time of a step: the median of the means over windows of 20 steps, as in the Python peers.
  static func typical(_ times: [Double]) -> Double {
    let windows = stride(from: 0, to: times.count, by: 20).map { first in
      let window = times[first..<min(first + 20, times.count)]
      return window.reduce(0, +) / Double(window.count)
    }
    return windows.sorted()[windows.count / 2]
  }
}
