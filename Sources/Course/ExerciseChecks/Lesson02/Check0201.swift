import ExerciseKit
import Platform

/// Checks an answer to exercise 02.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0201).Type) throws -> [Finding] {
  try Examination<Trip, Float>(
    exercise: .sqnr,
    questions: [
      ([3, 4], [3, 3.5]), ([1, -2, 2], [1.5, -2, 1.5]), ([0.5, -0.25, 0.125, 1], [0.5, -0.5, 0, 1]),
      ([0.125, 0.25], [0.5, 0.5]), ([-8], [-7]), ([1, 1, -1, 4], [1.25, 0.5, -1, 3.5]),
    ],
    wording: { "sqnr(signal: \($0.signal), roundTrip: \($0.back))" },
    right: { 10 * log10(powerRatio($0)) },
    // A thousandth of a decibel is more than a few roundings make.
    same: { ($0 - $1).magnitude <= 1e-3 || isClose($0, $1) }, written: { brief($0) + " dB" },
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
      "That is twice too many decibels. A factor of 20 belongs to a ratio of amplitudes; a ratio of squares is one "
        + "of powers."
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
