import ExerciseKit

/// Checks an answer to exercise 11.1.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise1101).Type) throws -> [Finding] {
  try Examination<Question1101, [Float]>(
    exercise: .equalized,
    questions: [
      ([3, 0.5, -4, 0.25], [1, -0.5, 8, 2], 2), ([-9, 2, 1, 3], [4, 1], 2), ([2, -6, 0.5], [-1.5, 0.25], 1),
      ([1, 0, -2, 3, 0, 0.5, -1, 0, 8], [2, 1, 5, -3, 0.25, -0.5], 3),
      ([0.5, -3, 2, 1.5], [0, 0, -4, 1], 2),
      ([0.1, -4, 1, 0.3, 2, 0.25, -0.2, 1, -0.75], [-1, 0.4, 3, 0.5, 0.2, -6, 2, 2.5, -1.25], 3),
    ],
    wording: {
      "factors(first: \(brief($0.first)), second: \(brief($0.second)), channels: \($0.channels))"
    },
    right: { factors($0) }, same: areClose, written: brief,
    misconceptions: aboutChannels() + aboutTheFactor(),
    otherwise: { question in
      let ranges = zip(columns(question.first, question.channels), rows(question.second, question.channels))
        .map { "\(brief(largest($0))) and \(brief(largest($1)))" }
      return "The largest magnitudes are, channel by channel, \(ranges.joined(separator: "; "))."
    }
  ).findings {
    try answer.factors(first: $0.first, second: $0.second, channels: $0.channels)
  }
}

private typealias Question1101 = (first: [Float], second: [Float], channels: Int)

private func columns(_ values: [Float], _ channels: Int) -> [[Float]] {
  (0..<channels).map { channel in
    stride(from: channel, to: values.count, by: channels).map { values[$0] }
  }
}

private func rows(_ values: [Float], _ channels: Int) -> [[Float]] {
  let count = values.count / channels
  return (0..<channels).map { Array(values[$0 * count..<($0 + 1) * count]) }
}

private func largest(_ values: [Float]) -> Float { values.map(\.magnitude).max() ?? 0 }

/// The factors, with one of the steps made otherwise.
private func factors(
  _ question: Question1101, first: ([Float], Int) -> [[Float]] = columns,
  second: ([Float], Int) -> [[Float]] = rows, range: ([Float]) -> Float = largest,
  factor: (Float, Float) -> Float = { $0 > 0 && $1 > 0 ? ($0 / $1).squareRoot() : 1 }
) -> [Float] {
  zip(first(question.first, question.channels), second(question.second, question.channels)).map {
    factor(range($0), range($1))
  }
}

private func aboutChannels() -> [Misconception<Question1101, [Float]>] {
  [
    Misconception("rows-of-the-first") { question in
      factors(question, first: rows)
    } because: { _ in
      "A channel is a *column* of the first table: what comes out of a layer. You cut its list into pieces that stand side "
        + "by side."
    },
    Misconception("columns-of-the-second") { question in
      factors(question, second: columns)
    } because: { _ in
      "A channel is a *row* of the second table: what goes into a layer. You took every so many numbers of its list."
    },
    Misconception("tables-exchanged") { question in
      factors(question, first: rows, second: columns)
    } because: { _ in
      "You took rows of the first table and columns of the second. A channel comes out of the first layer, as a column, "
        + "and goes into the second, as a row."
    },
    Misconception("one-for-all") { question in
      factors(
        question, first: { [[Float]](repeating: $0, count: $1) },
        second: { [[Float]](repeating: $0, count: $1) })
    } because: { _ in
      "You took the largest magnitude of the whole tables. Then all channels get one factor, and stay as unequal as they "
        + "were."
    },
  ]
}

private func aboutTheFactor() -> [Misconception<Question1101, [Float]>] {
  func each(_ factor: @escaping (Float, Float) -> Float) -> (Question1101) -> [Float]? {
    { factors($0, factor: { $0 > 0 && $1 > 0 ? factor($0, $1) : 1 }) }
  }
  return [
    Misconception("upside-down", givesOneOf: [each { ($1 / $0).squareRoot() }]) { _ in
      "Yours is one divided by the factor. The first layer is *divided* by it, so it is large where the first is larger."
    },
    Misconception("root-forgotten", givesOneOf: [each { $0 / $1 }]) { _ in
      "Yours is r1 / r2. Divided by it, the first becomes as small as the second was, and the second as large as the "
        + "first: they have changed places."
    },
    Misconception("range-for-factor", givesOneOf: [each { ($0 * $1).squareRoot() }]) { _ in
      "Yours is √(r1 · r2), the magnitude that both have *afterwards*. By what is r1 divided to become that?"
    },
    Misconception("half-for-root", givesOneOf: [each { $0 / $1 / 2 }]) { _ in
      "Yours is half of r1 / r2. It is the root of it that makes both equal."
    },
    Misconception("first-alone", givesOneOf: [each { r1, _ in r1 }]) { _ in
      "Yours makes every channel of the first layer 1, whatever that does to the second."
    },
    Misconception(
      "sign-counted",
      givesOneOf: [
        { factors($0, range: { $0.max() ?? 0 }) },
        { factors($0, range: { $0.max() ?? 0 }, factor: { ($0 / $1).squareRoot() }) },
      ],
      because: { _ in
        "You took the largest number of a channel. A weight of −4 needs as wide a range as one of 4: magnitudes count."
      }),
    Misconception("width-for-magnitude") { question in
      factors(question, range: { ($0.max() ?? 0) - ($0.min() ?? 0) })
    } because: { _ in
      "You took the distance from the lowest weight to the highest. The grid is symmetric, and reaches as far as the largest "
        + "magnitude."
    },
    Misconception(
      "typical-for-largest",
      givesOneOf: [
        { factors($0, range: { $0.reduce(0) { $0 + $1.magnitude } / Float($0.count) }) },
        { factors($0, range: { ($0.reduce(0) { $0 + $1 * $1 } / Float($0.count)).squareRoot() }) },
      ],
      because: { _ in "You took a mean of a channel. It is the largest weight that sets the step." }),
    Misconception(
      "dead-channel",
      givesOneOf: [
        { factors($0, factor: { ($0 / $1).squareRoot() }) },
        { factors($0, factor: { $0 > 0 && $1 > 0 ? ($0 / $1).squareRoot() : 0 }) },
      ],
      because: { _ in
        "A channel whose weights are all 0 in one layer keeps its weights in the other: its factor is 1."
      }),
  ]
}
