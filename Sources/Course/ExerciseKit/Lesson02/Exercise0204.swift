/// Exercise 02.4: the threshold that loses least.
public protocol Exercise0204: Sendable {
  /// The clip threshold, of some candidates, at which a symmetric grid loses least.
  ///
  /// With a threshold t, the codes go from −(2^(bits − 1) − 1) to 2^(bits − 1) − 1, and the last one stands for t. A
  /// number takes the nearest code, a tie the even one; beyond the last code it takes the last. The loss is the mean
  /// of the squared errors, over all values.
  ///
  /// By hand first: the values 0.8, −0.9, 0.9 and 1.5, 2 bits, and the candidates 1 and 1.5. Codes −1, 0 and 1. What
  /// comes back for each value, with each of the two? What do the squares of the errors add up to?
  ///
  /// Neither list is empty. The candidates are above 0 and rise, and no two of them have the same loss. `bits` is 2 to
  /// 8.
  ///
  /// - Throws: `Todo` until it is solved.
  static func bestThreshold(for values: [Float], bits: Int, candidates: [Float]) throws -> Float
}

extension Exercise {
  /// The threshold that loses least.
  public static let bestThreshold = Exercise(
    "02.4", "the threshold that loses least", section: "lesson 2, \"What clipping buys\"",
    crash:
      "Int8(…) and Int(…) crash at numbers too large for them. Rounding and limiting can stay Float arithmetic.",
    hints: [
      "What is lost by a number beyond the threshold? And what by a number inside, as the threshold grows?",
      "Read \"What clipping buys\" in lesson 2. Its function `losses` adds up two parts; here their sum is asked for. "
        + "With t as the threshold, a step is t divided by the last code.",
      "Write a function for one threshold first: code by division, `.rounded(.toNearestOrEven)` and "
        + "`min(max(…))`, then back, then the square of the difference. The candidate with the least of them: "
        + "`candidates.min { … }`, or a loop that remembers the best so far.",
    ])
}
