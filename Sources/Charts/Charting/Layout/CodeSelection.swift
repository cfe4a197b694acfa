/// Which of many codes are written where there is no room for all: both ends, and multiples of a power of two.
enum CodeSelection {
  /// The indices of the codes to write, given the middle and width of each text; `gap` stays free between two.
  static func indices(codes: [Int], places: [Double], widths: [Double], gap: Double) -> [Int] {
    guard let last = codes.indices.last else { return [] }
    let ends = last == 0 ? [0] : [0, last]
    func collides(_ a: Int, _ b: Int) -> Bool {
      abs(places[a] - places[b]) < (widths[a] + widths[b]) / 2 + gap
    }
    var step = 1
    while step <= codes.count {
      let inner = codes.indices.filter { codes[$0] % step == 0 && $0 != 0 && $0 != last }
      if zip(inner, inner.dropFirst()).allSatisfy({ !collides($0, $1) }) {
        return (ends + inner.filter { index in !ends.contains { collides($0, index) } }).sorted()
      }
      step *= 2
    }
    return ends
  }
}
