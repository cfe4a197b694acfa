import Platform

/// Exercise 02.1: how much of a signal survives a round trip.
public protocol Exercise0201: Sendable {
  /// The signal-to-quantization-noise ratio, in decibels, of numbers and the numbers that came back for them.
  ///
  /// The signal's power is the mean of its squares. The noise is what the trip added to each number.
  ///
  /// By hand first: 3 and 4 came back as 3 and 3.5. What do the squares of the signal add up to? And those of
  /// the errors? How many times is the one the other?
  ///
  /// Both lists are equally long, and at least one number has changed.
  ///
  /// - Throws: `Todo` until it is solved.
  static func sqnr(signal: [Float], roundTrip: [Float]) throws -> Float
}

extension Exercise {
  /// How much of a signal survives a round trip.
  public static let sqnr = Exercise(
    "02.1", "the signal-to-noise ratio of a round trip", section: "lesson 2, \"Six decibels a bit\"",
    crash: "An index beyond the end of a list crashes: both lists start at 0 and are equally long.",
    hints: [
      "What did the trip add to each number? That is the noise. Is it the same as what came back?",
      "Read \"Six decibels a bit\" in lesson 2. The fraction compares two powers, and powers are squares.",
      "`zip(signal, roundTrip)` walks through both lists. Add up two numbers on the way, the squares of the "
        + "one and the squares of the other, and take log10 of their fraction at the end. How many decibels "
        + "is a factor of 10?",
    ])
}

/// Checks an answer to exercise 02.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0201).Type) throws -> [Finding] {
  try Examination<Trip, Float>(
    exercise: .sqnr,
    questions: [
      ([3, 4], [3, 3.5]), ([1, -2, 2], [1.5, -2, 1.5]), ([0.5, -0.25, 0.125, 1], [0.5, -0.5, 0, 1]),
      ([0.125, 0.25], [0.5, 0.5]), ([-8], [-7]),
    ],
    wording: { "sqnr(signal: \($0.signal), roundTrip: \($0.back))" },
    right: { 10 * log10(powerRatio($0)) },
    // A thousandth of a decibel is more than a few roundings make.
    same: { ($0 - $1).magnitude <= 1e-3 || $0 == $1 }, written: { brief($0) + " dB" },
    misconceptions: misconceptions0201(),
    otherwise: {
      "The squares of the signal add up to \(brief(sum($0.signal) { $0 * $0 })), those of the errors to "
        + "\(brief(sum(noise($0)) { $0 * $0 })). The answer compares the two, in decibels."
    }
  ).findings { try answer.sqnr(signal: $0.signal, roundTrip: $0.back) }
}

private typealias Trip = (signal: [Float], back: [Float])

private func noise(_ trip: Trip) -> [Float] { zip(trip.back, trip.signal).map { $0 - $1 } }

private func sum(_ values: [Float], of term: (Float) -> Float) -> Float {
  values.reduce(0) { $0 + term($1) }
}

private func powerRatio(_ trip: Trip) -> Float {
  sum(trip.signal) { $0 * $0 } / sum(noise(trip)) { $0 * $0 }
}

private func misconceptions0201() -> [Misconception<Trip, Float>] {
  [
    Misconception("amplitudes") {
      20 * log10(powerRatio($0))
    } because: { _ in
      "That is twice too many decibels. A factor of 20 belongs to a ratio of amplitudes; your numbers are "
        + "squared already, so they are powers."
    },
    Misconception("inverted") {
      -10 * log10(powerRatio($0))
    } because: { _ in
      "The fraction stands on its head: this is noise over signal, and so a better trip would get a lower "
        + "number."
    },
    Misconception("noise-is-what-came-back") { trip in
      10 * log10(sum(trip.signal) { $0 * $0 } / sum(trip.back) { $0 * $0 })
    } because: { _ in
      "You compared the signal with what came back. The noise is only the difference between the two: a "
        + "perfect trip has none, though all of the signal comes back."
    },
    Misconception("magnitudes") { trip in
      10 * log10(sum(trip.signal, of: \.magnitude) / sum(noise(trip), of: \.magnitude))
    } because: { _ in
      "You added up magnitudes. A power is a mean of squares: one large error weighs more than two of half "
        + "its size."
    },
    Misconception("no-logarithm", gives: powerRatio) { _ in
      "That is the ratio of the powers itself. Decibels count its powers of ten."
    },
    Misconception("natural-logarithm") {
      10 * log(powerRatio($0))
    } because: { _ in
      "`log` is the natural logarithm, with base e. Decibels count powers of ten."
    },
  ]
}
