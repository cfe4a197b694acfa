/// Exercise 09.2: find where two runtimes part.
public protocol Exercise0902: Sendable {
  /// The first operation whose codes differ between two runtimes, in how many codes, and how far; nil if none does.
  ///
  /// `one` and `other` have the codes of each operation, in the order in which they run. Both ran the same network,
  /// so an operation has equally many codes in both.
  ///
  /// By hand first: one [[5, 7], [1, 2, 3], [9]], other [[5, 7], [1, 4, 2], [0]]. Which operation is the first that
  /// differs, counted from 0? How many of its codes differ, and which of them most?
  ///
  /// - Throws: `Todo` until it is solved.
  static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting?
}

/// Where two runtimes part, in exercise 09.2.
public struct Parting: Hashable, Codable, Sendable {
  /// The first operation that differs, counted from 0.
  public let operation: Int
  /// In how many of its codes it differs.
  public let codes: Int
  /// How far the two are apart at most, in codes of this operation; always above 0.
  public let farthest: Int

  /// Creates the place where two runtimes part.
  public init(operation: Int, codes: Int, farthest: Int) {
    (self.operation, self.codes, self.farthest) = (operation, codes, farthest)
  }
}

extension Exercise {
  /// Find where two runtimes part.
  public static let parting = Exercise(
    "09.2", "find where two runtimes part", section: "lesson 9, \"Three runtimes, code by code\"",
    crash:
      "The difference of two Int8 may be as large as 255, and an Int8 ends at 127: make each an Int first.",
    index: "An index beyond the end of a list crashes: it may well be that no operation differs.",
    hints: [
      "Go from the first operation to the last. What tells you that you may stop?",
      "Read \"Three runtimes, code by code\" in lesson 9. `zip` puts the codes of both side by side, and an Int8 "
        + "has to become an Int before it is subtracted from another.",
      "A loop over the operations. In it, the distances of all pairs of codes; those above 0 are what differs. If there "
        + "are any, return at once. And behind the loop?",
    ])
}
