import Charting
import ExerciseKit
import Support

/// Checks an answer to exercise 02.4.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0204).Type) throws -> [Finding] {
  try Examination<Question0204, Float>(
    exercise: .bestThreshold, questions: byHand + drawn,
    wording: {
      "bestThreshold(for: \(brief($0.values)), bits: \($0.bits), candidates: \(brief($0.candidates)))"
    },
    right: { best($0, Search()) }, same: { $0 == $1 }, written: brief,
    misconceptions: aboutTheLoss() + aboutTheCodes(),
    otherwise: { question in
      let right = best(question, Search())
      return
        "With \(brief(right)) the mean square error is \(brief(Search().loss(of: question, at: right))); the other "
        + "candidates lose more. Try one of them by hand, value by value: its code, what comes back, the error, its square."
    }
  ).findings {
    try answer.bestThreshold(for: $0.values, bits: $0.bits, candidates: $0.candidates)
  } figure: {
    try curve($0)
  }
}

private typealias Question0204 = (values: [Float], bits: Int, candidates: [Float])

private let byHand: [Question0204] = [
  ([0.7, 0.7, 0.9, -0.9, -0.1, 0.6, -2.5], 2, [0.4, 0.6, 0.8, 1, 1.5, 2, 2.5]),
  ([-0.6, 0.6, 0.2, -0.6, 0.3, 1.5], 2, [0.5, 0.8, 1, 1.5]),
  ([0.25, -0.5, 0.75, 1, -1, 0.5, 6], 3, [0.75, 1.5, 3, 6]),
  ([0.7, 0.7, -0.6, 0.7, -0.7, 1.5], 2, [0.4, 0.6, 0.8, 1, 1.5]), ([3], 8, [1, 2, 3]),
  ([1, 1, -1, 2, 3], 3, [1.3, 3, 4.2]),
]

/// Questions by which one wrong search is told from another: a winner alone says little of how it was found.
///
/// Numbers have two digits, thresholds four, so that no number lies halfway between two codes; and the best candidate
/// is better than the next by a tenth. So it decides nothing in which order a student computes with floats.
private let drawn = {
  var generator = SeededGenerator(seed: 204)
  var questions: [Question0204] = []
  while questions.count < 24 {
    let bits = 2 + questions.count % 3
    let values = (0..<6 + questions.count % 3 * 2).map { _ -> Float in
      let x = generator.uniform(-1, 1)
      return (x * x * x * 400).rounded() / 100
    }
    let question = (values, bits, (1...10).map { Float($0) * 0.3713 })
    let losses = question.2.map { Search().loss(of: question, at: $0) }.sorted()
    if losses[0] * 1.1 < losses[1] { questions.append(question) }
  }
  return questions
}()

/// How to look for a threshold: right as it is, and wrong with the change that a misconception makes.
private struct Search {
  /// Into how many steps the threshold is divided.
  var steps: (_ bits: Int) -> Float = { Float((1 << ($0 - 1)) - 1) }
  /// The lowest and the highest code; nil where codes have no limits.
  var codes: (_ bits: Int) -> (Float, Float)? = { (-Float((1 << ($0 - 1)) - 1), Float((1 << ($0 - 1)) - 1)) }
  var rule = FloatingPointRoundingRule.toNearestOrEven
  /// Whether numbers are clipped to the threshold first.
  var clipsNumbers = false
  /// Whether numbers beyond the threshold are left out.
  var leavesOut = false
  /// What the errors come to.
  var sum: ([Float]) -> Float = { $0.reduce(0) { $0 + $1 * $1 } / Float($0.count) }

  func loss(of question: Question0204, at threshold: Float) -> Float {
    let step = threshold / steps(question.bits)
    let values = question.values.filter { !leavesOut || $0.magnitude <= threshold }
    return sum(
      values.map { value in
        let number = clipsNumbers ? min(max(value, -threshold), threshold) : value
        var code = (number / step).rounded(rule)
        if let (first, last) = codes(question.bits) { code = min(max(code, first), last) }
        return code * step - value
      })
  }
}

/// The candidate with the least loss.
private func best(_ question: Question0204, _ search: Search) -> Float {
  let losses = question.candidates.map { search.loss(of: question, at: $0) }
  let least = losses.indices.min { losses[$0] < losses[$1] } ?? 0
  return question.candidates[least]
}

/// Whether a search finds one candidate best, so that it does not matter in which order floats are added up.
private func isClear(_ question: Question0204, _ search: Search) -> Bool {
  let losses = question.candidates.map { search.loss(of: question, at: $0) }.sorted()
  return losses.count < 2 || losses[1] - losses[0] > 1e-3
}

private typealias Wrong0204 = Misconception<Question0204, Float>

private func searches(_ searches: Search...) -> [(Question0204) -> Float?] {
  searches.map { search in { isClear($0, search) ? best($0, search) : nil } }
}

private func aboutTheLoss() -> [Wrong0204] {
  [
    Wrong0204("nothing-clipped") {
      $0.candidates.last
    } because: { _ in
      "Yours is the largest threshold every time, so that nothing is clipped. Then the steps are wide, and every other "
        + "number pays for it."
    },
    Wrong0204(
      "clipping-is-free",
      givesOneOf: searches(
        Search(leavesOut: true), Search(leavesOut: true, sum: { $0.reduce(0) { $0 + $1 * $1 } }),
        Search(codes: { _ in nil })),
      because: { _ in
        "Yours is the best threshold if the numbers beyond it cost nothing. They come back as the last code, and how far "
          + "they were from it is lost like any other error."
      }),
    Wrong0204(
      "magnitudes", givesOneOf: searches(Search(sum: { $0.reduce(0) { $0 + $1.magnitude } })),
      because: { _ in
        "Yours has the least sum of magnitudes. Squares were asked for: one large error weighs more than two of half its "
          + "size."
      }),
    Wrong0204(
      "errors-cancel", givesOneOf: searches(Search(sum: { $0.reduce(0, +).magnitude })),
      because: { _ in
        "Yours has the least sum of errors with their signs, in which one hides another. Square each of them first."
      }),
  ]
}

private func aboutTheCodes() -> [Wrong0204] {
  let half: (Int) -> Float = { Float((1 << $0) - 1) / 2 }
  let all: (Int) -> Float = { Float((1 << $0) - 1) }
  return [
    Wrong0204(
      "levels-for-steps", section: Exercise.scale.section,
      givesOneOf: searches(
        Search(
          steps: { Float(1 << ($0 - 1)) }, codes: { (-Float(1 << ($0 - 1)), Float(1 << ($0 - 1))) }),
        Search(steps: { Float(1 << ($0 - 1)) }),
        Search(
          steps: { Float(1 << ($0 - 1)) }, codes: { (-Float(1 << ($0 - 1)), Float((1 << ($0 - 1)) - 1)) })),
      because: {
        "Yours is the best threshold if it is divided by \(1 << ($0.bits - 1)). The last code is "
          + "\((1 << ($0.bits - 1)) - 1), and that is the one that stands for the threshold."
      }),
    Wrong0204(
      "both-sides-over-all-codes",
      givesOneOf: searches(
        Search(steps: half), Search(steps: half, codes: { _ in nil }, clipsNumbers: true),
        Search(steps: half, codes: { (-Float(1 << ($0 - 1)), Float((1 << ($0 - 1)) - 1)) })),
      because: {
        "Yours is the best threshold if −t to t is divided into \((1 << $0.bits) - 1) steps. Here the codes are the same "
          + "on both sides of 0, so one of the \(1 << $0.bits) is left out, and t alone is \((1 << ($0.bits - 1)) - 1) "
          + "steps."
      }),
    Wrong0204(
      "one-side-for-all-codes",
      givesOneOf: searches(
        Search(steps: all), Search(steps: all, codes: { _ in nil }, clipsNumbers: true),
        Search(steps: all, codes: { (-Float((1 << $0) - 1), Float((1 << $0) - 1)) }),
        Search(steps: all, codes: { (0, Float((1 << $0) - 1)) })),
      because: {
        "Yours is the best threshold if it is divided by \((1 << $0.bits) - 1). So many steps are in the whole grid; from "
          + "0 to the threshold there are \((1 << ($0.bits - 1)) - 1)."
      }),
    Wrong0204(
      "rounded-down", givesOneOf: searches(Search(rule: .down), Search(rule: .towardZero)),
      because: { _ in
        "Yours is the best threshold if the fraction of a code is cut off. A number takes the nearest code."
      }),
  ]
}

/// The mean square error over the threshold, with the student's choice and the best one.
private func curve(_ answer: (Question0204) throws -> Float) throws -> Chart {
  // A heavy tail, as weights have it: most of them small, a few far out.
  let values = (0..<64).map { index in
    let x = (Float(index) + 0.5) / 64
    return (index % 2 == 0 ? 1 : -1) * x * x * x * 4
  }
  let question: Question0204 = (values, 4, (1...40).map { Float($0) / 10 })
  return Chart(
    title: "Your threshold and the best one", x: Axis("threshold"), y: Axis("mean square error"),
    marks: [
      .line(
        x: question.candidates, y: question.candidates.map { Search().loss(of: question, at: $0) },
        label: "loss", color: .gray),
      .verticalLine(at: best(question, Search()), label: "best", color: .blue),
      .verticalLine(at: try answer(question), label: "yours", color: .vermilion),
    ])
}
