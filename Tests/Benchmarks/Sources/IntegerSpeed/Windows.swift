/// Rates of programs that are measured in turns, so that other work on the machine disturbs all of them alike.
enum Windows {
  /// The windows that count, after two that warm up, and the seconds that one takes at least.
  private static let (count, warmUp, seconds) = (15, 2, 0.1)

  /// For each program, the median over its windows of the calls a second.
  static func rates(_ programs: [() -> Void]) -> [Double] {
    var calls = programs.map(callsInWindow)
    var rates = programs.map { _ in [Double]() }
    for window in 0..<(warmUp + count) {
      for (number, program) in programs.enumerated() {
        let time = elapsed(calls[number], of: program)
        if window >= warmUp { rates[number].append(Double(calls[number]) / time) }
        if time < seconds { calls[number] += calls[number] / 4 + 1 }
      }
    }
    return rates.map { $0.sorted()[count / 2] }
  }

  /// How many calls fill a window.
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
