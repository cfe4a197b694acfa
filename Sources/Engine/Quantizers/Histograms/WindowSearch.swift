/// Looks for the window of a histogram's bins around 0 that costs least: how many bins below 0, how many above.
///
/// One side at a time, the other held where it is, until nothing gets better, at most three times each. A side
/// is searched first in coarse strides over its whole length, then in finer ones around the best so far; with a
/// single stride of 1 the search is exhaustive. Of windows that cost the same, the wider one wins.
struct WindowSearch {
  /// The bins there are below 0.
  let below: Int
  /// The bins there are above 0.
  let above: Int
  /// Whether there is one width for both sides: the larger of `below` and `above` at most.
  let isSymmetric: Bool
  /// The number of parts a side is cut into, coarse to fine.
  let parts: [Int]

  /// The cheapest window.
  func best(_ cost: (_ below: Int, _ above: Int) -> Double) -> (below: Int, above: Int) {
    if isSymmetric {
      let reach = bestSide(max(below, above)) { cost($0, $0) }
      return (reach, reach)
    }
    var window = (below: below, above: above)
    for _ in 0..<3 {
      let last = window
      if above > 0 { window.above = bestSide(above) { cost(window.below, $0) } }
      if below > 0 { window.below = bestSide(below) { cost($0, window.above) } }
      if window == last || above == 0 || below == 0 { break }
    }
    return window
  }

  /// The cheapest of 1…`length`.
  private func bestSide(_ length: Int, _ cost: (Int) -> Double) -> Int {
    var (best, least) = (length, length > 0 ? cost(length) : 0)
    var candidates = 1...max(length, 1)
    var last = 0
    for part in parts {
      let stride = max(1, length / part)
      if stride == last { break }
      var candidate = candidates.upperBound
      while candidate >= candidates.lowerBound {
        if candidate != best {
          let found = cost(candidate)
          if found < least || (found == least && candidate > best) { (best, least) = (candidate, found) }
        }
        candidate -= stride
      }
      candidates = max(1, best - stride + 1)...min(length, best + stride - 1)
      last = stride
    }
    return best
  }
}
