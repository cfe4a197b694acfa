/// A small, fast, reproducible random generator: a seed gives the same numbers on every platform.
///
/// Only the last bit of ``normal(mean:standardDeviation:)`` may differ. The generator is xoshiro256**, its state
/// filled from the seed by SplitMix64. Its floats, normal deviates and permutations do not use the standard
/// library's algorithms, so that a new version of the library changes no result. Not for cryptography.
///
/// Source: Blackman and Vigna, 2021, "Scrambled Linear Pseudorandom Number Generators" (arXiv:1805.01407).
public struct SeededGenerator: RandomNumberGenerator, Hashable, Codable, Sendable {
  private var s0: UInt64
  private var s1: UInt64
  private var s2: UInt64
  private var s3: UInt64

  /// Creates the generator of a seed; every seed is as good as any other, including 0.
  public init(seed: UInt64) {
    var counter = seed
    func splitMix() -> UInt64 {
      counter &+= 0x9E37_79B9_7F4A_7C15
      var z = counter
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    s0 = splitMix()
    s1 = splitMix()
    s2 = splitMix()
    s3 = splitMix()
  }

  /// Creates the generator of a state: four numbers that are not all 0; nil for other numbers.
  package init?(state: [UInt64]) {
    guard state.count == 4, state.contains(where: { $0 != 0 }) else { return nil }
    (s0, s1, s2, s3) = (state[0], state[1], state[2], state[3])
  }

  /// The four numbers from which the same generator can be created again.
  package var state: [UInt64] { [s0, s1, s2, s3] }

  /// The next 64 bits, all equally random.
  public mutating func next() -> UInt64 {
    let product = s1 &* 5
    let result = ((product << 7) | (product >> 57)) &* 9
    let shifted = s1 << 17
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 45) | (s3 >> 19)
    return result
  }

  /// A float uniformly distributed over `low ..< high`, in 2²⁴ steps; `high - low` must be positive and finite.
  public mutating func uniform(_ low: Float = 0, _ high: Float = 1) -> Float {
    require(
      low < high && (high - low).isFinite,
      "uniform(_:_:) needs a low end below the high one, and a finite distance; got \(low) and \(high)")
    let unit = Float(next() >> 40) * 0x1p-24
    return min(low + (high - low) * unit, high.nextDown)
  }

  /// An integer uniformly distributed over `0 ..< bound`.
  ///
  /// Source: Lemire, 2019, "Fast Random Integer Generation in an Interval" (arXiv:1805.10941).
  public mutating func below(_ bound: Int) -> Int {
    require(bound > 0, "below(_:) needs a bound above zero; got \(bound)")
    let bound = UInt64(bound)
    let rejected = (0 &- bound) % bound
    while true {
      let (high, low) = next().multipliedFullWidth(by: bound)
      if low >= rejected { return Int(high) }
    }
  }

  /// A normally distributed float, by the polar method in double precision: one deviate a call.
  ///
  /// It uses the C library's logarithm, so its last bit may differ between platforms; all other functions give
  /// the same bits everywhere.
  ///
  /// Source: Marsaglia and Bray, 1964, "A Convenient Method for Generating Normal Variables".
  public mutating func normal(mean: Float = 0, standardDeviation: Float = 1) -> Float {
    while true {
      let u = Double(next() >> 11) * 0x1p-52 - 1
      let v = Double(next() >> 11) * 0x1p-52 - 1
      let square = u * u + v * v
      if square > 0, square < 1 {
        return mean + standardDeviation * Float(u * (-2 * naturalLogarithm(square) / square).squareRoot())
      }
    }
  }

  /// The numbers `0 ..< count` in random order, by the Fisher–Yates shuffle.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) { order.swapAt(last, below(last + 1)) }
    return order
  }

  /// A separate generator for one part of the work, named by `label`, such as a weight's name.
  ///
  /// The draws of one part then do not depend on those of another.
  public func derived(_ label: String) -> SeededGenerator {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, 64 bits
    for byte in label.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    var parent = self
    return SeededGenerator(seed: parent.next() ^ hash)
  }
}
