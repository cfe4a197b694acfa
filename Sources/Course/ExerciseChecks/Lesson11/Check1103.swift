import ExerciseKit

/// Checks an answer to exercise 11.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise1103).Type) throws -> [Finding] {
  try Examination<Question1103, Float>(
    exercise: .upOrDown,
    questions: [
      (-0.5, 0.2, 0.75, -7...7), (0.7, 0.4, 0.5, -7...7), (0.7, 0.4, 0.95, -7...7), (-0.7, 0.4, 0.05, -7...7),
      (1.3, 0.25, 0.25, -7...7), (2.5, 0.5, 0.75, -3...4), (-3.25, 0.5, 0.25, -4...3),
      (-0.2, 0.5, 0.3, -3...3),
      (3.1, 0.25, 0.6, -7...7), (0.3, 2, 0.85, -1...1), (2.2, 0.5, 0.25, -4...4), (1.9, 0.5, 0.98, -3...3),
    ],
    wording: {
      "position(weight: \(brief($0.weight)), scale: \(brief($0.scale)), sigmoid: \(brief($0.sigmoid)), "
        + "codes: \($0.codes.lowerBound)...\($0.codes.upperBound))"
    },
    right: { position($0) }, same: { isClose($0, $1) }, written: brief,
    misconceptions: aboutTheCode() + aboutH(),
    otherwise: { question in
      "The weight lies at \(brief(question.weight / question.scale)) codes, above the code "
        + "\(brief(below(question))), and h is \(brief(h(question)))."
    }
  ).findings {
    try answer.position(weight: $0.weight, scale: $0.scale, sigmoid: $0.sigmoid, codes: $0.codes)
  }
}

private typealias Question1103 = (weight: Float, scale: Float, sigmoid: Float, codes: ClosedRange<Int>)

private func below(_ question: Question1103) -> Float { (question.weight / question.scale).rounded(.down) }
private func stretched(_ question: Question1103) -> Float { question.sigmoid * 1.2 - 0.1 }
private func h(_ question: Question1103) -> Float { min(max(stretched(question), 0), 1) }
private func clipped(_ place: Float, _ question: Question1103) -> Float {
  min(max(place, Float(question.codes.lowerBound)), Float(question.codes.upperBound))
}

/// The position, with one of its two parts made otherwise.
private func position(
  _ question: Question1103, code: (Question1103) -> Float = below, up: (Question1103) -> Float = h
) -> Float {
  clipped(code(question) + up(question), question)
}

private func aboutTheCode() -> [Misconception<Question1103, Float>] {
  func start(_ code: @escaping (Float) -> Float) -> (Question1103) -> Float? {
    { position($0, code: { code($0.weight / $0.scale) }) }
  }
  return [
    Misconception("towards-zero", givesOneOf: [start { $0.rounded(.towardZero) }]) { _ in
      "You rounded towards zero, as Int(…) does. Below −2.5 lies −3: rounded(.down)."
    },
    Misconception(
      "nearest-first", givesOneOf: [start { $0.rounded() }, start { $0.rounded(.toNearestOrEven) }]
    ) { _ in
      "You began at the nearest code. Then \"up\" may be two codes above \"down\": begin at the code below."
    },
    Misconception("begins-above", givesOneOf: [start { $0.rounded(.up) }]) { _ in
      "You began at the code above the weight. h says how far *up* to go from the code below."
    },
    Misconception("fraction-kept", givesOneOf: [start { $0 }]) { _ in
      "You added h to the weight's own place between the codes. h takes the place of the part after the point."
    },
    Misconception("scale-forgotten") { question in
      position(question, code: { $0.weight.rounded(.down) })
    } because: { _ in
      "You rounded the weight itself. In codes it is weight / scale."
    },
    Misconception("scale-multiplied") { question in
      position(question, code: { ($0.weight * $0.scale).rounded(.down) })
    } because: { _ in
      "You multiplied by the scale. To get from a real number to codes one divides by it."
    },
    Misconception("real-again") { question in
      position(question) * question.scale
    } because: { _ in
      "Yours is the weight that comes of it, times the scale. Asked for is where it lies in codes."
    },
    Misconception("codes-unlimited") { question in
      below(question) + h(question)
    } because: {
      "Yours leaves the codes that there are, \($0.codes.lowerBound) to \($0.codes.upperBound). Clip at the end."
    },
    Misconception("clipped-too-early") { question in
      clipped(below(question), question) + h(question)
    } because: { _ in
      "You clipped the code below, and then went up from there, beyond the last code. Clip after h is added."
    },
  ]
}

private func aboutH() -> [Misconception<Question1103, Float>] {
  func up(_ h: @escaping (Question1103) -> Float) -> (Question1103) -> Float? { { position($0, up: h) } }
  return [
    Misconception("not-stretched", givesOneOf: [up { $0.sigmoid }]) { _ in
      "Yours has σ(V) for h. It never reaches 0 or 1, so no weight would ever be decided: it is stretched first."
    },
    Misconception("h-unlimited", givesOneOf: [up { stretched($0) }]) { _ in
      "Your h goes below 0 and above 1. Stretched, it has to be clipped."
    },
    Misconception("one-point-one", givesOneOf: [up { min(max($0.sigmoid * 1.1 - 0.1, 0), 1) }]) { _ in
      "You multiplied by 1.1. From −0.1 to 1.1 it is 1.2."
    },
    Misconception("not-shifted", givesOneOf: [up { min($0.sigmoid * 1.2, 1) }]) { _ in
      "You stretched σ(V) and did not move it down by 0.1: h cannot become 0."
    },
    Misconception("decided-at-once", givesOneOf: [up { h($0) >= 0.5 ? 1 : 0 }, up { h($0) > 0.5 ? 1 : 0 }]) {
      _ in
      "You rounded h to 0 or 1. That is done once, at the end; while it trains, a weight lies in between."
    },
    Misconception("upside-down", givesOneOf: [up { 1 - h($0) }]) { _ in
      "Your weight goes down where h says up: 1 is up."
    },
  ]
}
