import Support

/// Exercise 01.1: the step between neighbouring levels.
public protocol Exercise0101: Sendable {
  /// The scale of a grid of `bits` bits whose lowest level is `min` and whose highest is `max`.
  ///
  /// By hand first: a 2-bit grid from −1 to 1 has four levels. How far apart are they?
  ///
  /// `bits` is 1 to 16, and `min` is below `max`.
  ///
  /// - Throws: `Todo` until it is solved.
  static func scale(min: Float, max: Float, bits: Int) throws -> Float
}

extension Exercise {
  /// The step between neighbouring levels.
  public static let scale = Exercise(
    "01.1", "the scale of a grid",
    hints: [
      "Draw the 2-bit grid from −1 to 1 on paper: four marks, the first on −1, the last on 1. Count the gaps.",
      "Read \"256 levels, 255 steps\" in lesson 1. The scale is the range divided by the number of gaps.",
      "In Swift, 2 to the power of bits is `1 << bits`, an Int; `Float(…)` turns it into a Float. "
        + "You need one subtraction above the line of the fraction and one below.",
    ])
}

/// Checks an answer to exercise 01.1.
///
/// - Throws: what the answer throws.
public func check(_ answer: (some Exercise0101).Type) throws -> [Finding] {
  let section = "lesson 1, \"256 levels, 255 steps\""
  let grids: [(min: Float, max: Float, bits: Int)] = [
    (-1, 1, 2), (-1, 1, 8), (0, 6, 4), (-0.5, 1.5, 3), (2, 3, 1),
  ]
  for (min, max, bits) in grids {
    let given = try answer.scale(min: min, max: max, bits: bits)
    let levels = Float(1 << bits)
    let right = (max - min) / (levels - 1)
    if isClose(given, right) { continue }
    let asked =
      "scale(min: \(min), max: \(max), bits: \(bits)) should be \(brief(right)); yours gave \(brief(given))."
    func finding(_ id: String, _ cause: String) -> [Finding] {
      [Finding(id, observation: asked, likelyCause: cause, section: section)]
    }
    if isClose(given, (max - min) / levels) {
      return finding(
        "levels-for-steps",
        "You divided by \(Int(levels)): \(bits) bits have \(Int(levels)) levels, but there is one step fewer "
          + "between them, as a fence has one gap fewer than posts.")
    }
    if isClose(given, max / (levels / 2 - 1)) {
      return finding(
        "largest-for-range",
        "You divided the largest value by the codes above zero. That is a symmetric grid's scale, and is "
          + "right only where min is −max; here the grid reaches from min to max.")
    }
    if isClose(given, 1 / right) {
      return finding(
        "reciprocal",
        "That is steps per unit, the inverse scale. The scale is the other way round: units per step.")
    }
    return finding(
      "wrong-value", "The lowest level must be \(min), the highest \(max), and all gaps between them equal.")
  }
  return []
}
