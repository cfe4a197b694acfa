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
    index: "An index beyond the end of a list crashes: both lists start at 0 and are equally long.",
    hints: [
      "What did the trip add to each number? That is the noise. Is it the same as what came back?",
      "Read \"Six decibels a bit\" in lesson 2. The fraction compares two powers, and powers are squares.",
      "`zip(signal, roundTrip)` walks through both lists. Add up two numbers on the way, the squares of the "
        + "one and the squares of the other, and take log10 of their fraction at the end. How many decibels "
        + "is a factor of 10?",
    ])
}
