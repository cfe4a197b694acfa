import Charting
import ExerciseKit

/// Checks an answer to exercise 02.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0203).Type) throws -> [Finding] {
  try Examination<[Int], [Int]>(
    exercise: .halving,
    // The rules differ in their pattern, so the small sums are one question. 33,554,434 is 2²⁵ + 2 and the
    // sum after it 2⁵⁴ + 2: the first that a Float and a Double cannot hold and whose half then is wrong.
    questions: [
      [4, -4, 3, 5, -3, -5], [0, 1, -1, 7, -7], [33_554_434], [18_014_398_509_481_986], [.max], [.min],
      [.max - 1, .min + 1],
    ],
    wording: { "halved of \(list($0))" },
    right: { $0.map { halved($0, .toNearestOrEven) } }, same: ==, written: list,
    misconceptions: misconceptions0203(),
    otherwise: { _ in
      "Where half of a number is an integer, that is the answer; where it lies between two, the even one is."
    }
  ).findings {
    try $0.map(answer.halved)
  } figure: {
    try stairs(answer)
  }
}

private func list(_ numbers: [Int]) -> String {
  numbers.map(String.init).joined(separator: ", ").replacing("-", with: "−")
}

/// Half of `sum` under a rule; exact, since only the half of the remainder is a Double.
private func halved(_ sum: Int, _ rule: FloatingPointRoundingRule) -> Int {
  let pair = (sum >> 2) * 2
  return pair + Int((Double(sum & 3) / 2).rounded(rule))
}

private func misconceptions0203() -> [Misconception<[Int], [Int]>] {
  [
    Misconception("rounds-down") {
      $0.map { halved($0, .down) }
    } because: { _ in
      "Every tie went down. `>> 1` shifts the last bit out, and that is rounding towards −∞; look at which "
        + "of your results are odd."
    },
    Misconception("truncates") {
      $0.map { $0 / 2 }
    } because: { _ in
      "Every tie went towards zero: `/` on integers cuts the fraction off."
    },
    Misconception("rounds-half-up") {
      $0.map { halved($0, .up) }
    } because: { _ in
      "Every tie went up. Adding before you halve does that: average pair after pair so, and all results "
        + "drift upwards by a quarter of a step."
    },
    Misconception("rounds-half-away") {
      $0.map { $0 / 2 + $0 % 2 }
    } because: { _ in
      "Every tie went away from zero, as `.rounded()` takes it. The even neighbour was asked for."
    },
    Misconception("through-a-double") {
      $0.map { Int(exactly: (Double($0) / 2).rounded(.toNearestOrEven)) ?? .max }
    } because: { _ in
      "A Double holds 53 binary digits, and this sum has more. It changed before you halved it: stay with "
        + "integers."
    },
    Misconception("through-a-float") {
      $0.map { Int(exactly: (Float($0) / 2).rounded(.toNearestOrEven)) ?? .max }
    } because: { _ in
      "A Float holds 24 binary digits, and this sum has more. It changed before you halved it: stay with "
        + "integers."
    },
  ]
}

/// The student's halves of −8…8 and the ones asked for.
private func stairs(_ answer: (some Exercise0203).Type) throws -> Chart {
  let sums = Array(-8...8)
  return Chart(
    title: "Your halves and the ones asked for", x: Axis("sum"), y: Axis("halved"),
    marks: [
      .line(x: sums, y: sums.map { Double($0) / 2 }, label: "exactly half", color: .gray, dash: .dashed),
      .scatter(x: sums, y: sums.map { halved($0, .toNearestOrEven) }, label: "asked for", color: .blue),
      .line(x: sums, y: try sums.map(answer.halved), label: "yours", color: .vermilion),
    ])
}
