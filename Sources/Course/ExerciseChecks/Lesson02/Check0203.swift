import Charting
import ExerciseKit

/// Checks an answer to exercise 02.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0203).Type) throws -> [Finding] {
  try Examination<Int, Int>(
    exercise: .halving,
    // 33,554,434 is 2²⁵ + 2, and the two sums after it are 2⁵⁴ + 2 and 2⁵⁴ + 6: they are the first that a Float and a
    // Double cannot hold and whose half then is wrong.
    questions: [
      4, -4, 3, 5, -3, -5, 0, 1, -1, 7, -7, 33_554_434, 18_014_398_509_481_986, 18_014_398_509_481_990, .max,
      .min, .max - 1, .min + 1,
    ],
    wording: { "halved(\($0))" },
    right: halved, same: ==, written: { "\($0)".replacing("-", with: "−") },
    misconceptions: aboutTies() + aboutNegatives() + aboutPrecision(),
    otherwise: { _ in
      "Where half of a number is an integer, that is the answer; where it lies between two, the even one is."
    }
  ).findings(of: answer.halved, figure: stairs)
}

/// Half of `sum`, a tie to even; exact, since only the half of the remainder is a Double.
private func halved(_ sum: Int) -> Int {
  let pair = (sum >> 2) * 2
  return pair + Int((Double(sum & 3) / 2).rounded(.toNearestOrEven))
}

/// A wrong half, and what becomes of it in a Double, which changes sums of more than 53 binary digits.
private func halves(_ half: @escaping (Int) -> Int, _ rule: FloatingPointRoundingRule) -> [(Int) -> Int?] {
  [half, { Int(exactly: (Double($0) / 2).rounded(rule)) }]
}

private func aboutTies() -> [Misconception<Int, Int>] {
  [
    Misconception("rounds-down", givesOneOf: halves({ $0 >> 1 }, .down)) { _ in
      "Ties went down. `>> 1` shifts the last bit out, and that is rounding towards −∞; look at which of your results "
        + "are odd."
    },
    Misconception("truncates", givesOneOf: halves({ $0 / 2 }, .towardZero)) { _ in
      "Ties went towards zero: `/` on integers cuts the fraction off."
    },
    Misconception("rounds-half-up", givesOneOf: halves({ ($0 >> 1) + ($0 & 1) }, .up)) { _ in
      "Ties went up. Adding before you halve does that: average pair after pair so, and all results drift upwards by a "
        + "quarter of a step."
    },
    Misconception("rounds-half-away", givesOneOf: halves({ $0 / 2 + $0 % 2 }, .toNearestOrAwayFromZero)) {
      _ in
      "Ties went away from zero, as `.rounded()` takes them. The even neighbour was asked for."
    },
    Misconception("odd-for-even") {
      ($0 >> 1) + ($0 & 1) - ($0 & ($0 >> 1) & 1)
    } because: { _ in
      "Ties went to the odd neighbour. Of the two the even one was asked for."
    },
  ]
}

private func aboutNegatives() -> [Misconception<Int, Int>] {
  [
    Misconception(
      "negatives-cut",
      givesOneOf: [
        { $0 / 2 + ($0 & ($0 / 2) & 1) },
        { $0 < 0 ? $0 / 2 : halved($0) },
      ],
      because: { _ in
        "Sums from 0 upwards come out right, negative ones do not: `/` cuts off towards zero, so −3 / 2 is −1, while "
          + "−3 >> 1 is −2. With a cut on the other side, the correction of the positive ones goes wrong."
      }),
    Misconception("remainder-of-negatives") {
      $0 < 0 ? $0 >> 1 : halved($0)
    } because: { _ in
      "Sums from 0 upwards come out right, the ties of negative ones go down. In Swift the remainder of a negative "
        + "number is negative: −3 % 2 is −1. `& 1` gives 1 for every odd number."
    },
  ]
}

private func aboutPrecision() -> [Misconception<Int, Int>] {
  [
    Misconception("through-a-double") {
      Int(exactly: (Double($0) / 2).rounded(.toNearestOrEven))
    } because: { _ in
      "A Double holds 53 binary digits, and this sum has more. Yours is the half of what a Double makes of it: stay "
        + "with integers."
    },
    Misconception("through-a-float") {
      Int(exactly: (Float($0) / 2).rounded(.toNearestOrEven))
    } because: { _ in
      "A Float holds 24 binary digits, and this sum has more. Yours is the half of what a Float makes of it: stay with "
        + "integers."
    },
  ]
}

/// The student's halves of −8…8 and the ones asked for.
private func stairs(_ answer: (Int) throws -> Int) throws -> Chart {
  let sums = Array(-8...8)
  return Chart(
    title: "Your halves and the ones asked for", x: Axis("sum"), y: Axis("halved"),
    marks: [
      .line(x: sums, y: sums.map { Double($0) / 2 }, label: "exactly half", color: .gray, dash: .dashed),
      .scatter(x: sums, y: sums.map { halved($0) }, label: "asked for", color: .blue),
      .line(x: sums, y: try sums.map(answer), label: "yours", color: .vermilion),
    ])
}
