import Support

/// How much is lost when the bins of a window become the codes of a grid: Kullback–Leibler divergences.
///
/// P is the window with everything beyond it added to its end bins, which is what clipping does. Q has the
/// window's own values, without those beyond, in as many groups of neighbouring bins as there are codes; the
/// bins of a group that are not empty in P share its values evenly. The divergence is Σ P ln(P / Q). Where Q is
/// 0 and P is not, Q counts as 10⁻⁹: clipping into an empty group costs much.
///
/// Sums up to every bin are kept, so a window costs as many steps as there are codes.
struct DivergenceTable {
  private let counts: [Double]
  private let codes: Int
  /// Sums over the bins before each: of counts, of bins that are not empty, and of count × ln count.
  private let sums: [Double]
  private let occupied: [Int]
  private let information: [Double]
  private static let least = 1e-9

  init(counts: [Float], codes: Int) {
    (self.counts, self.codes) = (counts.map { Double($0) }, codes)
    var (sums, occupied, information) = ([0.0], [0], [0.0])
    for (place, count) in self.counts.enumerated() {
      sums.append(sums[place] + count)
      occupied.append(occupied[place] + (count > 0 ? 1 : 0))
      information.append(information[place] + Self.information(count))
    }
    (self.sums, self.occupied, self.information) = (sums, occupied, information)
  }

  private static func information(_ count: Double) -> Double {
    count > 0 ? count * naturalLogarithm(count) : 0
  }

  /// The divergence of a window; 0 if each of its bins could have a code, and then by how much it clips.
  func of(_ window: Range<Int>) -> Double {
    let total = sums[counts.count]
    let inside = sums[window.upperBound] - sums[window.lowerBound]
    let (below, above) = (sums[window.lowerBound], total - sums[window.upperBound])
    guard total > 0 else { return 0 }
    guard inside > 0, window.count > codes || below + above == 0 else { return .infinity }
    let (first, last) = (window.lowerBound, window.upperBound - 1)
    var ends = [(place: first, more: below), (place: last, more: above)].filter { $0.more > 0 }
    if first == last, ends.count == 2 { ends = [(first, below + above)] }
    var sum = information[window.upperBound] - information[window.lowerBound]
    for (place, more) in ends {
      sum += Self.information(counts[place] + more) - Self.information(counts[place])
    }
    // Σ P ln P of counts c is (Σ c ln c) / total − ln total.
    var divergence = sum / total - naturalLogarithm(total)
    let groups = min(codes, window.count)
    for group in 0..<groups {
      let start = window.lowerBound + group * window.count / groups
      let end = window.lowerBound + (group + 1) * window.count / groups
      let own = sums[end] - sums[start]
      var (clipped, bins) = (own, occupied[end] - occupied[start])
      for (place, more) in ends where start <= place && place < end {
        clipped += more
        if counts[place] == 0 { bins += 1 }
      }
      guard clipped > 0 else { continue }
      let share = own > 0 ? own / inside / Double(bins) : Self.least
      divergence -= clipped / total * naturalLogarithm(share)
    }
    return divergence
  }
}
