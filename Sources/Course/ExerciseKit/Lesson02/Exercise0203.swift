/// Exercise 02.3: half of an integer, ties to even.
public protocol Exercise0203: Sendable {
  /// The integer nearest to half of `sum`; of two that are equally near, the even one.
  ///
  /// It is exact for every Int, from `Int.min` to `Int.max`. A layer that averages two codes asks
  /// for just this, and half of the time it is a tie.
  ///
  /// By hand first: half of 3 is 1.5. Which two integers are equally near, and which of them is even? And
  /// for −5?
  ///
  /// - Throws: `Todo` until it is solved.
  static func halved(_ sum: Int) throws -> Int
}

extension Exercise {
  /// Half of an integer, ties to even.
  public static let halving = Exercise(
    "02.3", "half of an integer, ties to even", section: "lesson 2, \"Ties\"",
    crash:
      "Near the ends of Int there is no room: neither Int.max + 1 nor −Int.min exists, and Int(…) of a "
      + "Double beyond Int.max crashes too. Halve first, and correct afterwards.",
    hints: [
      "Write the halves of −5, −3, −1, 1, 3 and 5 in a row, with the even neighbour of each below. Which of "
        + "them does `>> 1` get right, and by how much does it miss the others?",
      "Read \"Ties\" in lesson 2, the row of half to even. `sum >> 1` rounds down, exactly, for every Int. "
        + "Where is rounding down one too low?",
      "Two questions decide: is `sum` odd, so that there is a tie? Is the `sum >> 1` you have odd, so that "
        + "its neighbour above is the even one? `& 1` answers each with 0 or 1.",
    ])
}
