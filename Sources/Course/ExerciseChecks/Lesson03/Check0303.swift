import Charting
import ExerciseKit

/// Checks an answer to exercise 03.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0303).Type) throws -> [Finding] {
  try Examination<History, Float>(
    exercise: .movingAverage,
    questions: [
      ([4], 0.75), ([4, 8], 0.75), ([1, 0, 0, 2], 0.5), ([2, 2, 2, 2, 2, 2], 0.999), ([5, 3, 6, 4, 4], 0.9),
      ([-2, 7, 1], 0.25), ([8], 0.5),
    ],
    wording: { "average(\($0.batches), decay: \($0.decay))" },
    right: { raw($0) / (1 - power($0.decay, $0.batches.count)) },
    // 1 − 0.999ⁿ of a small n has lost three digits already, whichever way one computes it.
    same: { isClose($0, $1, within: 1e-4) }, written: brief,
    misconceptions: aboutAveraging() + aboutDebiasing(),
    otherwise: {
      "Before debiasing the average is \(brief(raw($0))), and of that start of 0 it still holds the share "
        + "\(brief(power($0.decay, $0.batches.count)))."
    }
  ).findings {
    try answer.average($0.batches, decay: $0.decay)
  } figure: {
    try lines($0)
  }
}

private typealias History = (batches: [Float], decay: Float)

private func power(_ base: Float, _ exponent: Int) -> Float {
  (0..<exponent).reduce(1) { power, _ in power * base }
}

/// The average before debiasing.
private func raw(_ history: History, from start: Float = 0) -> Float {
  history.batches.reduce(start) { history.decay * $0 + (1 - history.decay) * $1 }
}

/// The average before debiasing, with the weights of old and new exchanged.
private func exchanged(_ history: History) -> Float { raw((history.batches, 1 - history.decay)) }

private func aboutAveraging() -> [Misconception<History, Float>] {
  [
    Misconception("not-debiased") {
      raw($0)
    } because: { _ in
      "The 0 it started with is still in it, and pulls the average towards 0. Divide that out."
    },
    Misconception(
      "weights-exchanged",
      givesOneOf: [
        exchanged, { exchanged($0) / (1 - power($0.decay, $0.batches.count)) },
        { exchanged($0) / (1 - power(1 - $0.decay, $0.batches.count)) },
      ],
      because: { _ in
        "The two weights are exchanged: decay, the large one, belongs to the old average. Yours lets a "
          + "single batch replace most of it."
      }),
    Misconception("started-at-the-first") {
      raw($0, from: $0.batches[0])
    } because: {
      "You started at the first batch. No 0 is left in it then, but the first batch counts as though it had "
        + "always been there: it keeps the share \(brief(power($0.decay, $0.batches.count - 1))), more than "
        + "any other."
    },
    Misconception("plain-mean") {
      $0.batches.reduce(0, +) / Float($0.batches.count)
    } because: { _ in
      "That is the plain mean, in which all batches count alike. In a moving average a batch counts less the "
        + "longer ago it was."
    },
  ]
}

private func aboutDebiasing() -> [Misconception<History, Float>] {
  [
    Misconception("debiased-in-the-loop") { history in
      var (average, left): (Float, Float) = (0, 1)
      for batch in history.batches {
        left *= history.decay
        average = (history.decay * average + (1 - history.decay) * batch) / (1 - left)
      }
      return average
    } because: { _ in
      "You went on from the debiased number. Debiasing is for whoever reads the average; the average itself "
        + "goes on as it was."
    },
    Misconception("share-of-one-batch") {
      raw($0) / (1 - $0.decay)
    } because: {
      "You divided by the share of a single batch. After \($0.batches.count) batches there is more real "
        + "data in it."
    },
    Misconception(
      "batches-miscounted",
      givesOneOf: [-1, 1].map { more in { raw($0) / (1 - power($0.decay, $0.batches.count + more)) } },
      because: {
        "You divided by the share after another number of batches. There are \($0.batches.count): count how "
          + "often your loop multiplies."
      }),
  ]
}

/// The student's average over the right one, batch by batch.
private func lines(_ answer: (History) throws -> Float) throws -> Chart {
  let batches: [Float] = (0..<40).map { 4 + Float($0 * 7 % 5 - 2) / 4 }
  let histories: [History] = (1...40).map { (Array(batches.prefix($0)), 0.9) }
  let right: [Float] = histories.map { raw($0) / (1 - power($0.decay, $0.batches.count)) }
  return Chart(
    title: "Your average and the one asked for, decay 0.9", x: Axis("batches"), y: Axis("average"),
    marks: [
      .scatter(x: 1...40, y: batches, label: "batches", color: .gray),
      .line(x: 1...40, y: right, label: "asked for", color: .blue),
      .line(x: 1...40, y: try histories.map(answer), label: "yours", color: .vermilion, dash: .dashed),
    ])
}
