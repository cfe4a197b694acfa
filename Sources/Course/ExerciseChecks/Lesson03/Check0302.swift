import Charting
import ExerciseKit

/// Checks an answer to exercise 03.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0302).Type) throws -> [Finding] {
  let questions: [Question0302] = [
    ([-2, -1, 0.5, 1, 3], [1, 2, 3, 4, 5], -1, 1), ([-3, -2, 0, 4], [0.5, 0.25, 1, -2], -1, 1),
    ([0, 3, 6, 7, 8], [1, -1, 2, 0.5, 4], 0, 6), ([0.25], [-3], -0.5, 0.5),
    ([-2, -5, 3, 4, 2.5, -2], [3, 0.5, -1, 7, 2, -4], -2, 2.5),
  ]
  func wording(_ question: Question0302) -> String {
    "gradients(of: \(question.x), upstream: \(question.upstream), low: \(question.low), high: \(question.high))"
  }
  func gradients(_ question: Question0302) throws -> (x: [Float], low: Float, high: Float) {
    try answer.gradients(of: question.x, upstream: question.upstream, low: question.low, high: question.high)
  }
  let findings = try Examination<Question0302, [Float]>(
    exercise: .straightThrough, questions: questions, wording: { "The x of \(wording($0))" },
    right: { passed($0) { $0 == .inside } }, same: areClose, written: brief,
    misconceptions: misconceptionsOfNumbers(),
    otherwise: { "It has \($0.x.count) numbers, and each gets its own upstream gradient or 0." }
  ).findings {
    try gradients($0).x
  } figure: {
    try box($0)
  }
  if !findings.isEmpty { return findings }
  return try Examination<Question0302, [Float]>(
    exercise: .straightThrough, questions: questions, wording: { "low and high of \(wording($0))" },
    right: { [sum($0) { $0 == .below }, sum($0) { $0 == .above }] }, same: areClose, written: brief,
    misconceptions: misconceptionsOfEnds(),
    otherwise: { _ in "low gets the sum over the numbers below it, high over those above it, and no other." }
  ).findings { question in
    let given = try gradients(question)
    return [given.low, given.high]
  }
}

private typealias Question0302 = (x: [Float], upstream: [Float], low: Float, high: Float)

private enum Position { case below, inside, above }

private func position(_ value: Float, _ question: Question0302) -> Position {
  value < question.low ? .below : value > question.high ? .above : .inside
}

/// The upstream gradients, with 0 for each number whose position is not wanted.
private func passed(_ question: Question0302, where isWanted: (Position) -> Bool) -> [Float] {
  zip(question.x, question.upstream).map { isWanted(position($0, question)) ? $1 : 0 }
}

private func sum(_ question: Question0302, where isWanted: (Position) -> Bool) -> Float {
  passed(question, where: isWanted).reduce(0, +)
}

private func misconceptionsOfNumbers() -> [Misconception<Question0302, [Float]>] {
  func masked(_ question: Question0302, _ passes: (Float) -> Bool) -> [Float] {
    zip(question.x, question.upstream).map { passes($0) ? $1 : 0 }
  }
  return [
    Misconception("true-derivative", section: "lesson 3, \"The slope of a staircase\"") {
      $0.x.map { _ in 0 }
    } because: { _ in
      "Nothing passes. That is the true slope of a staircase, and with it nothing ever learns; the "
        + "straight-through estimator pretends that inside the range there are no stairs."
    },
    Misconception("passes-everywhere") {
      $0.upstream
    } because: { _ in
      "Everything passes. A number beyond the range was clipped: move it a little, and nothing that comes "
        + "out changes."
    },
    Misconception(
      "ends-excluded",
      givesOneOf: [
        { question in masked(question) { question.low < $0 && $0 < question.high } },
        { question in masked(question) { question.low <= $0 && $0 < question.high } },
        { question in masked(question) { question.low < $0 && $0 <= question.high } },
      ],
      because: { _ in
        "A number that lies exactly on an end was not clipped: it is inside, and its gradient passes."
      }),
    Misconception("upstream-forgotten") { question in
      question.x.map { position($0, question) == .inside ? 1 : 0 }
    } because: { _ in
      "That is the slope itself, 1 or 0. By the chain rule it multiplies the gradient that arrives from "
        + "upstream."
    },
    Misconception("numbers-for-gradients") { question in
      question.x.map { position($0, question) == .inside ? $0 : 0 }
    } because: { _ in
      "You passed on the numbers themselves. What passes is the gradient that arrived for each of them."
    },
    Misconception("outside-for-inside") {
      passed($0) { $0 != .inside }
    } because: { _ in
      "It is the other way round: you passed the gradients of the clipped numbers, and stopped the others."
    },
  ]
}

private func misconceptionsOfEnds() -> [Misconception<Question0302, [Float]>] {
  let learn = "lesson 3, \"Or learn it\""
  return [
    Misconception("ends-forgotten", section: learn) { _ in
      [0, 0]
    } because: { _ in
      "The ends get nothing. But where a number was clipped, what came out was the end itself: move the "
        + "end, and it moves along."
    },
    Misconception("ends-exchanged", section: learn) {
      [sum($0) { $0 == .above }, sum($0) { $0 == .below }]
    } because: { _ in
      "The two ends are exchanged: a number below the range came out as low, one above it as high."
    },
    Misconception("inside-for-ends", section: learn) {
      [Float](repeating: sum($0) { $0 == .inside }, count: 2)
    } because: { _ in
      "You gave the ends the gradients from inside the range. Those have gone to x; only clipped numbers "
        + "feel where the ends are."
    },
    Misconception("everything-for-ends", section: learn) {
      [Float](repeating: $0.upstream.reduce(0, +), count: 2)
    } because: { _ in
      "You gave each end the sum of all gradients. Only the numbers clipped to an end feel where it is."
    },
    Misconception("counted-twice", section: learn) { question in
      let pairs = zip(question.x, question.upstream)
      return [
        pairs.reduce(0) { $0 + ($1.0 <= question.low ? $1.1 : 0) },
        pairs.reduce(0) { $0 + ($1.0 >= question.high ? $1.1 : 0) },
      ]
    } because: { _ in
      "A number exactly on an end has passed its gradient to x already, so the end does not get it as well."
    },
  ]
}

/// The student's slope, for a gradient of 1, over the right one; `nil` where its length is wrong.
private func box(_ answer: (Question0302) throws -> [Float]) throws -> Chart? {
  let x = (-8...8).map { Float($0) / 4 }
  let ones = [Float](repeating: 1, count: x.count)
  let given = try answer((x, ones, -1, 1))
  if given.count != x.count { return nil }
  return Chart(
    title: "Your slope and the one asked for, between −1 and 1", x: Axis("x"), y: Axis("gradient of x"),
    marks: [
      .line(
        x: x, y: passed((x, ones, -1, 1)) { $0 == .inside }, label: "asked for", color: .gray, markers: true),
      .line(x: x, y: given, label: "yours", color: .vermilion, dash: .dashed, markers: true),
    ])
}
