import Charting
import ExerciseKit

/// Checks an answer to exercise 02.4.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0204).Type) throws -> [Finding] {
  try Examination<Question0204, Float>(
    exercise: .bestThreshold,
    questions: [
      ([0.7, 0.7, 0.9, -0.9, -0.1, 0.6, -2.5], 2, [0.4, 0.6, 0.8, 1, 1.5, 2, 2.5]),
      ([-0.6, 0.6, 0.2, -0.6, 0.3, 1.5], 2, [0.5, 0.8, 1, 1.5]),
      ([0.25, -0.5, 0.75, 1, -1, 0.5, 6], 3, [0.75, 1.5, 3, 6]),
      ([0.7, 0.7, -0.6, 0.7, -0.7, 1.5], 2, [0.4, 0.6, 0.8, 1, 1.5]), ([3], 8, [1, 2, 3]),
    ],
    wording: {
      "bestThreshold(for: \(brief($0.values)), bits: \($0.bits), candidates: \(brief($0.candidates)))"
    },
    right: { best($0) { loss($0) } }, same: { $0 == $1 }, written: brief, misconceptions: misconceptions(),
    otherwise: { question in
      let right = best(question) { loss($0) }
      return "With \(brief(right)) the mean square error is "
        + "\(brief(loss(errors(question, at: right)))); the other candidates lose more."
    }
  ).findings {
    try answer.bestThreshold(for: $0.values, bits: $0.bits, candidates: $0.candidates)
  } figure: {
    try curve(answer)
  }
}

private typealias Question0204 = (values: [Float], bits: Int, candidates: [Float])

/// A value, and the error with which it comes back.
private typealias Loss = (value: Float, isInside: Bool, error: Float)

/// The errors at a threshold; a misconception does not limit the codes, or divides by the number of levels.
private func errors(
  _ question: Question0204, at threshold: Float, isLimited: Bool = true, dividedByLevels: Bool = false
) -> [Loss] {
  let last = Float((1 << (question.bits - 1)) - (dividedByLevels ? 0 : 1))
  let step = threshold / last
  return question.values.map { value in
    let code = (value / step).rounded(.toNearestOrEven)
    let limited = isLimited ? min(max(code, -last), last) : code
    return (value, value.magnitude <= threshold, limited * step - value)
  }
}

private func loss(_ errors: [Loss]) -> Float {
  errors.reduce(0) { $0 + $1.error * $1.error } / Float(errors.count)
}

/// The candidate with the least loss, by any measure of loss.
private func best(
  _ question: Question0204, isLimited: Bool = true, dividedByLevels: Bool = false, by loss: ([Loss]) -> Float
) -> Float {
  let losses = question.candidates.map {
    loss(errors(question, at: $0, isLimited: isLimited, dividedByLevels: dividedByLevels))
  }
  let least = losses.indices.min { losses[$0] < losses[$1] } ?? 0
  return question.candidates[least]
}

private func misconceptions() -> [Misconception<Question0204, Float>] {
  [
    Misconception("nothing-clipped") {
      $0.candidates.last
    } because: { _ in
      "You took the largest threshold, so that nothing is clipped. Then the steps are wide, and every other number "
        + "pays for it."
    },
    Misconception(
      "clipping-is-free",
      givesOneOf: { question in
        [
          best(question) { errors in loss(errors.filter(\.isInside)) },
          best(question) { errors in errors.filter(\.isInside).reduce(0) { $0 + $1.error * $1.error } },
          best(question, isLimited: false) { loss($0) },
        ]
      },
      because: { _ in
        "In your answer the numbers beyond the threshold cost nothing. They come back as the last code, and how far "
          + "they were from it is lost like any other error."
      }),
    Misconception("magnitudes") { question in
      best(question) { errors in errors.reduce(0) { $0 + $1.error.magnitude } }
    } because: { _ in
      "You added up magnitudes. Squares were asked for: one large error weighs more than two of half its size."
    },
    Misconception("errors-cancel") { question in
      best(question) { errors in errors.reduce(0) { $0 + $1.error }.magnitude }
    } because: { _ in
      "You added up the errors with their signs, so that one hides another. Square each of them first."
    },
    Misconception("levels-for-steps", section: Exercise.scale.section) { question in
      best(question, dividedByLevels: true) { loss($0) }
    } because: {
      "You divided the threshold by \(1 << ($0.bits - 1)). The last code is \((1 << ($0.bits - 1)) - 1), and that is the "
        + "one that stands for the threshold."
    },
  ]
}

/// The mean square error over the threshold, with the student's choice and the best one.
private func curve(_ answer: (some Exercise0204).Type) throws -> Chart {
  // A heavy tail, as weights have it: most of them small, a few far out.
  let values = (0..<64).map { index in
    let x = (Float(index) + 0.5) / 64
    return (index % 2 == 0 ? 1 : -1) * x * x * x * 4
  }
  let question: Question0204 = (values, 4, (1...40).map { Float($0) / 10 })
  let given = try answer.bestThreshold(for: values, bits: 4, candidates: question.candidates)
  return Chart(
    title: "Your threshold and the best one", x: Axis("threshold"), y: Axis("mean square error"),
    marks: [
      .line(
        x: question.candidates, y: question.candidates.map { loss(errors(question, at: $0)) }, label: "loss",
        color: .gray),
      .verticalLine(at: best(question) { loss($0) }, label: "best", color: .blue),
      .verticalLine(at: given, label: "yours", color: .vermilion),
    ])
}
