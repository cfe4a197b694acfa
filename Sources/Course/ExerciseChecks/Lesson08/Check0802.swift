import ExerciseKit

/// Checks an answer to exercise 08.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0802).Type) throws -> [Finding] {
  try Examination<Question0802, [Float]>(
    exercise: .spread,
    questions: [
      ([3, 1, 4, -1, 0, 1, 0, 1], 2, 2), ([2, -6, -2, 3, 1, 0], 2, 1), ([3, -4, 5], 1, 1.5),
      ([0.5, -0.25, 0.1, 1, 0.5, -0.3, -0.75, 0.3, 0.2, 0.2, -0.6, 0.4], 3, 0.75),
      ([-1, -1, -3, 0, 0, 0, 5, 2], 4, 3), ([0, 1, 0, 2, 0, -2], 2, 1.5),
    ],
    wording: {
      "ends(kernel: \(brief($0.kernel)), channels: \($0.channels), reach: \(brief($0.reach)))"
    },
    right: { question in columns(question).map { question.reach * root(meanSquare($0)) } },
    same: areClose, written: brief, misconceptions: aboutGrouping() + aboutTheFormula(),
    otherwise: { question in
      let means = columns(question).map(meanSquare)
      return
        "The means of the squares are, channel by channel, \(brief(means)). A root, and the reach, are what "
        + "is left to do."
    }
  ).findings {
    try answer.ends(kernel: $0.kernel, channels: $0.channels, reach: $0.reach)
  }
}

private typealias Question0802 = (kernel: [Float], channels: Int, reach: Float)

private func columns(_ question: Question0802) -> [[Float]] {
  (0..<question.channels).map { channel in
    stride(from: channel, to: question.kernel.count, by: question.channels).map { question.kernel[$0] }
  }
}

/// Stretches of a list, each of `count` numbers.
private func stretches(_ values: [Float], of count: Int) -> [[Float]] {
  stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
}

private func sum(_ values: [Float]) -> Float { values.reduce(0, +) }
private func squares(_ values: [Float]) -> Float { sum(values.map { $0 * $0 }) }
private func meanSquare(_ values: [Float]) -> Float { squares(values) / Float(values.count) }
private func root(_ value: Float) -> Float { value.squareRoot() }

private func aboutGrouping() -> [Misconception<Question0802, [Float]>] {
  func ends(_ question: Question0802, _ groups: [[Float]]) -> [Float] {
    groups.map { question.reach * root(meanSquare($0)) }
  }
  return [
    Misconception("rows-for-channels") { question in
      ends(question, stretches(question.kernel, of: question.channels))
    } because: { _ in
      "A channel is a column. The kernel is written down row by row, and you gave each row an end."
    },
    Misconception("blocks-for-channels") { question in
      ends(question, stretches(question.kernel, of: question.kernel.count / question.channels))
    } because: {
      "A channel's numbers do not stand side by side: you cut the list into \($0.channels) pieces, one after the other."
    },
    Misconception(
      "one-for-all",
      givesOneOf: [
        { ends($0, [$0.kernel]) },
        { [Float](repeating: ends($0, [$0.kernel])[0], count: $0.channels) },
      ],
      because: { _ in
        "Yours is the end of the whole kernel, as in the lesson. Here each channel has its own."
      }),
    Misconception("all-weights-counted") { question in
      columns(question).map { question.reach * root(squares($0) / Float(question.kernel.count)) }
    } because: { _ in
      "The squares of one channel were divided by the number of all weights. A channel has as many as there are rows."
    },
    Misconception("divided-by-channels") { question in
      columns(question).map { question.reach * root(squares($0) / Float(question.channels)) }
    } because: { _ in
      "The squares were divided by the number of channels. In a channel there are as many weights as there are rows."
    },
  ]
}

private func aboutTheFormula() -> [Misconception<Question0802, [Float]>] {
  func each(_ end: @escaping (_ channel: [Float], _ reach: Float) -> Float) -> (Question0802) -> [Float]? {
    { question in columns(question).map { end($0, question.reach) } }
  }
  return [
    Misconception("root-forgotten", givesOneOf: [each { $1 * meanSquare($0) }]) { _ in
      "Yours is the reach times the mean of the squares. Its root is missing, which brings it back to the size of a "
        + "weight."
    },
    Misconception("sum-for-mean", givesOneOf: [each { $1 * root(squares($0)) }]) { _ in
      "Yours is right if the squares are added up and not divided. The more weights a channel had, the wider its range "
        + "would be."
    },
    Misconception(
      "reach-under-the-root",
      givesOneOf: [each { root($1 * meanSquare($0)) }],
      because: { _ in "The reach has gone under the root. The root comes first, and is multiplied then." }),
    Misconception("reach-forgotten", givesOneOf: [each { channel, _ in root(meanSquare(channel)) }]) {
      "Yours are the roots of the mean squares. They are still to be multiplied by the reach, \(brief($0.reach))."
    },
    Misconception(
      "mean-magnitude", givesOneOf: [each { $1 * sum($0.map(\.magnitude)) / Float($0.count) }],
      because: { _ in
        "Yours is right for the mean of the magnitudes. Squares give the large weights more to say."
      }),
    Misconception(
      "about-the-mean",
      givesOneOf: ([0, 1] as [Float]).map { less in
        each { channel, reach in
          let mean = sum(channel) / Float(channel.count)
          return reach * root(squares(channel.map { $0 - mean }) / (Float(channel.count) - less))
        }
      },
      because: { _ in
        "Yours is a standard deviation, the distance from the mean. The range is symmetric about 0, so it is distances "
          + "from 0 that count."
      }),
    Misconception(
      "one-less", givesOneOf: [each { $1 * root(squares($0) / Float($0.count - 1)) }],
      because: { _ in
        "The sum of the squares was divided by one less than their number. That is done where a mean was estimated "
          + "first; here none was."
      }),
    Misconception(
      "largest-for-typical", givesOneOf: [each { $1 * ($0.map(\.magnitude).max() ?? 0) }],
      because: { _ in
        "Yours reaches from the largest weight. It was for not depending on that one that the lesson wrote this "
          + "quantizer."
      }),
  ]
}
