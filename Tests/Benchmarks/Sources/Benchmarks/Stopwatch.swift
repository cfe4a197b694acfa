/// Measures short operations on a machine with other work.
enum Stopwatch {
  /// The shortest of `runs` times that each of `bodies` takes, in seconds, after one run to warm up.
  ///
  /// The bodies take turns, so that other work disturbs all of them alike. The shortest time is the least disturbed.
  static func shortest(runs: Int = 15, _ bodies: [() -> Void]) -> [Double] {
    var shortest = [Double](repeating: .infinity, count: bodies.count)
    for run in 0...runs {
      for (index, body) in bodies.enumerated() {
        let elapsed = ContinuousClock().measure(body)
        if run > 0 { shortest[index] = min(shortest[index], elapsed / .seconds(1)) }
      }
    }
    return shortest
  }
}
