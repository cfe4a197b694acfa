/// The rates of programs that run in turns, so that other work on the machine disturbs all of them alike.
enum Windows {
  /// The number of measured windows, the number of windows before them to warm up, and the seconds in a window.
  private static let (count, warmUp, seconds) = (15, 2, 0.1)

  /// The calls a second of each program: the median over its windows.
  static func rates(_ programs: [() -> Void]) -> [Double] {
    var calls = programs.map(callsInWindow)
    var rates = programs.map { _ in [Double]() }
    for window in 0..<(warmUp + count) {
      for (index, program) in programs.enumerated() {
        let time = elapsed(calls[index], of: program)
        if window >= warmUp { rates[index].append(Double(calls[index]) / time) }
        if time < seconds { calls[index] += calls[index] / 4 + 1 }
      }
    }
    return rates.map { $0.sorted()[count / 2] }
  }

  /// The number of calls that fill a window.
  private static func callsInWindow(_ program: () -> Void) -> Int {
    var calls = 1
    while true {
      let time = elapsed(calls, of: program)
      if time >= seconds { return calls }
      calls = max(calls + 1, Int(Double(calls) * min(1.2 * seconds / max(time, 1e-9), 100)))
    }
  }

  private static func elapsed(_ calls: Int, of program: () -> Void) -> Double {
    let begin = ContinuousClock.now
    for _ in 0..<calls { program() }
    return (ContinuousClock.now - begin) / .seconds(1)
  }
}
