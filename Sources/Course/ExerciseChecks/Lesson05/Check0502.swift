import Charting
import ExerciseKit

/// Checks an answer to exercise 05.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0502).Type) throws -> [Finding] {
  try Examination<Question0502, Float>(
    exercise: .learnedMax,
    questions: [
      Question0502(2, [1, 3, 5], [10, -1, -3], 0.25, 0.1), Question0502(2, [1, 3], [0.5, 2], 0, 0.5),
      Question0502(2, [2, 1], [3, 1], 0, 0.5), Question0502(6, [0.5, 1], [4, -4], 0.01, 1),
      Question0502(6, [8, 7, 0, 9], [-1, -2, 5, -1], 0.05, 0.1), Question0502(0.5, [], [], 0.5, 0.5),
      Question0502(3, [3, 4, 3], [1, 2, -2.5], 0.1, 0.5),
      Question0502(1.5, [4, 0, 2, 1.5], [-2, 3, 1, 8], 0.2, 0.25),
    ],
    wording: {
      "stepped(high: \(brief($0.high)), activations: \(brief($0.activations)), upstream: \(brief($0.upstream)), "
        + "penalty: \(brief($0.penalty)), rate: \(brief($0.rate)))"
    },
    right: { $0.step(along: $0.clipped + $0.slope) }, same: { isClose($0, $1, within: 1e-5) },
    written: brief, misconceptions: aboutThePenalty() + aboutTheClip(),
    otherwise: {
      "The clip hands \(brief($0.clipped)) to the end, the penalty has the slope \(brief($0.slope)), and the step "
        + "goes against the sum of the two."
    }
  ).findings {
    try answer.stepped(
      high: $0.high, activations: $0.activations, upstream: $0.upstream, penalty: $0.penalty, rate: $0.rate)
  } figure: {
    try walk($0)
  }
}

private struct Question0502 {
  var (high, penalty, rate): (Float, Float, Float)
  var (activations, upstream): ([Float], [Float])

  init(_ high: Float, _ activations: [Float], _ upstream: [Float], _ penalty: Float, _ rate: Float) {
    (self.high, self.penalty, self.rate) = (high, penalty, rate)
    (self.activations, self.upstream) = (activations, upstream)
  }

  /// The gradient that the clip hands to high.
  var clipped: Float { sum { $0 > high } }
  /// The slope of the penalty.
  var slope: Float { 2 * penalty * high }

  func sum(where isTaken: (Float) -> Bool) -> Float {
    zip(activations, upstream).reduce(0) { $0 + (isTaken($1.0) ? $1.1 : 0) }
  }

  func step(along gradient: Float) -> Float { high - rate * gradient }
}

private func aboutThePenalty() -> [Misconception<Question0502, Float>] {
  [
    Misconception("penalty-forgotten") {
      $0.step(along: $0.clipped)
    } because: {
      "The penalty is not in it. λ · high² has a slope of its own where high is \(brief($0.high)), and it pulls the end down."
    },
    Misconception("slope-without-two") {
      $0.step(along: $0.clipped + $0.slope / 2)
    } because: { _ in
      "The slope of λ · high² is twice λ · high: a square grows on both of its sides."
    },
    Misconception("penalty-for-its-slope") {
      $0.step(along: $0.clipped + $0.penalty * $0.high * $0.high)
    } because: { _ in
      "You added the penalty itself to the gradient. A step follows slopes: how much does the penalty grow if "
        + "high grows a little?"
    },
    Misconception("penalty-not-times-rate") {
      $0.step(along: $0.clipped) - $0.slope
    } because: { _ in
      "The slope of the penalty is a part of the gradient, and rate times the whole gradient is the step."
    },
    Misconception("penalty-alone") {
      $0.step(along: $0.slope)
    } because: { _ in
      "Only the penalty is in it. An activation that was clipped came out as high, so its upstream gradient is "
        + "high's."
    },
  ]
}

private func aboutTheClip() -> [Misconception<Question0502, Float>] {
  let gradients = "lesson 5, \"Gradients through the clip\""
  return [
    Misconception("uphill") {
      $0.high + $0.rate * ($0.clipped + $0.slope)
    } because: { _ in
      "You went along the gradient, which is uphill: the loss grows that way."
    },
    Misconception("gradient-for-max") {
      $0.clipped + $0.slope
    } because: { _ in
      "That is the gradient. Asked for is where high is after a step against it."
    },
    Misconception("inside-for-outside", section: gradients) { question in
      question.step(along: question.sum { $0 <= question.high } + question.slope)
    } because: { _ in
      "You took the gradients of the activations inside the range. Those belong to the activations; high gets "
        + "those of the clipped ones."
    },
    Misconception("everything", section: gradients) { question in
      question.step(along: question.sum { _ in true } + question.slope)
    } because: { _ in
      "You added up all of upstream. Only an activation that was clipped feels where high is."
    },
    Misconception("end-counted", section: gradients) { question in
      question.step(along: question.sum { $0 >= question.high } + question.slope)
    } because: { _ in
      "An activation of exactly high was not clipped: its gradient is its own."
    },
    Misconception("times-overshoot", section: gradients) { question in
      let beyond = zip(question.activations, question.upstream).map { max($0 - question.high, 0) * $1 }
      return question.step(along: beyond.reduce(0, +) + question.slope)
    } because: { _ in
      "Yours is right if each gradient is multiplied by how far its activation lies above high. However far that is, "
        + "high came out, so the whole gradient is that of high."
    },
    Misconception("mean-for-sum", section: gradients) { question in
      let count = question.activations.count { $0 > question.high }
      return question.step(along: question.clipped / Float(max(count, 1)) + question.slope)
    } because: { _ in
      "You took the mean of the clipped ones' gradients. All of them push at the same high, so they add up."
    },
    Misconception("mean-for-sum", section: gradients) { question in
      let count = max(question.activations.count, 1)
      return question.step(along: question.clipped / Float(count) + question.slope)
    } because: { _ in
      "You divided by the number of activations. A mean, where there is one, is in the loss, and upstream "
        + "knows of it already."
    },
  ]
}

/// The student's upper end over forty steps that only the penalty moves, over the right one.
private func walk(_ answer: (Question0502) throws -> Float) throws -> Chart {
  func path(_ step: (Float) throws -> Float) rethrows -> [Float] {
    try (0..<40).reduce(into: [6]) { path, _ in path.append(try step(path[path.count - 1])) }
  }
  let right = path { Question0502($0, [], [], 0.5, 0.05).step(along: $0) }
  let given = try path {
    try answer(Question0502($0, [], [], 0.5, 0.05))
  }
  return Chart(
    title: "Your upper end and the one asked for: nothing clipped, penalty 0.5", x: Axis("step"),
    y: Axis("high"),
    marks: [
      .line(x: 0...40, y: right, label: "asked for", color: .gray),
      .line(x: 0...40, y: given, label: "yours", color: .vermilion, dash: .dashed),
    ])
}
