import Charting
import ExerciseKit

/// Checks an answer to exercise 02.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0202).Type) throws -> [Finding] {
  try Examination<Kernel, [Float]>(
    exercise: .channelScales,
    questions: [
      ([1, -10, 2, 5, -4, 0.5], 2), ([-1, -2, -3, -4, -5, -6, -7, -8], 4), ([3, 6, -9], 1), ([3, 6, -9], 3),
      ([0, 2, 0, -1], 2), ([0, 0, 1, 0, 0, -3], 3), ([2, -1, 8, -4], 2),
    ],
    wording: { "scales(kernel: \($0.kernel), channels: \($0.channels))" },
    right: { scales(columns($0)) }, same: areClose, written: brief,
    misconceptions: aboutGrouping() + aboutTheScale(),
    otherwise: { question in
      let farthest = columns(question).map(largest)
      return
        "The numbers farthest from 0 are, channel by channel, \(brief(farthest)), and the largest code is "
        + "127."
    }
  ).findings {
    try answer.scales(kernel: $0.kernel, channels: $0.channels)
  } figure: { _ in
    table([[1, -10], [2, 5], [-4, 0.5]])
  }
}

private typealias Kernel = (kernel: [Float], channels: Int)

private func columns(_ question: Kernel) -> [[Float]] {
  (0..<question.channels).map { channel in
    stride(from: channel, to: question.kernel.count, by: question.channels).map { question.kernel[$0] }
  }
}

/// Stretches of a list, each of `count` numbers.
private func stretches(_ values: [Float], of count: Int) -> [[Float]] {
  stride(from: 0, to: values.count, by: count).map { Array(values[$0..<$0 + count]) }
}

private func largest(_ values: [Float]) -> Float { values.map(\.magnitude).max() ?? 0 }

private func scales(_ groups: [[Float]]) -> [Float] {
  groups.map(largest).map { $0 == 0 ? 1 : $0 / 127 }
}

private func aboutGrouping() -> [Misconception<Kernel, [Float]>] {
  let confused =
    "A channel is a column. The kernel is written down row by row, so a channel's numbers do not "
  return [
    Misconception(
      "rows-for-channels",
      givesOneOf: zeros { stretches($0.kernel, of: $0.channels).map { largest($0) / 127 } },
      because: { _ in confused + "stand side by side: you gave each row a scale." }),
    Misconception(
      "blocks-for-channels",
      givesOneOf: zeros { stretches($0.kernel, of: $0.kernel.count / $0.channels).map { largest($0) / 127 } },
      because: {
        confused + "stand side by side: you cut the list into \($0.channels) pieces, one after the other."
      }),
    Misconception(
      "one-for-all",
      givesOneOf: [
        { [largest($0.kernel) / 127] },
        { [Float](repeating: largest($0.kernel) / 127, count: $0.channels) },
      ],
      because: {
        "The loudest channel set the scale. That is one for the whole kernel; here each of the "
          + "\($0.channels) channels has its own."
      }),
  ]
}

/// Two wrong answers of one: with a scale of 1 where it is 0, as it has to be, and without.
private func zeros(_ scales: @escaping (Kernel) -> [Float]) -> [(Kernel) -> [Float]?] {
  [{ scales($0).map { $0 == 0 ? 1 : $0 } }, scales]
}

private func aboutTheScale() -> [Misconception<Kernel, [Float]>] {
  [
    Misconception(
      "sign-forgotten",
      givesOneOf: zeros { columns($0).map { ($0.max() ?? 0) / 127 } }
        + zeros { columns($0).map { max($0.max() ?? 0, 0) / 127 } },
      because: { _ in
        "You took the largest number. Far below zero is far from zero too: −10 needs a larger code than 5."
      }),
    Misconception(
      "divided-by-128", givesOneOf: zeros { columns($0).map { largest($0) / 128 } },
      because: { _ in
        "You divided by 128. The narrow range ends at 127 on both sides; no code is 128 steps above zero."
      }),
    Misconception(
      "divided-by-255", givesOneOf: zeros { columns($0).map { largest($0) / 255 } },
      because: { _ in
        "You divided by 255, the steps of a whole int8 range. The largest magnitude lies at one end of it, and "
          + "from zero to there it is fewer steps."
      }),
    Misconception(
      "range-for-largest",
      givesOneOf: zeros { columns($0).map { (($0.max() ?? 0) - ($0.min() ?? 0)) / 255 } }
        + zeros { columns($0).map { (max($0.max() ?? 0, 0) - min($0.min() ?? 0, 0)) / 255 } },
      because: { _ in
        "You divided the range of each channel by its steps. That is an affine grid; a symmetric one reaches "
          + "equally far on both sides of zero."
      }),
    Misconception("scale-of-zero") {
      columns($0).map { largest($0) / 127 }
    } because: { _ in
      "A channel of zeros got the scale 0, and dividing 0 by it later gives NaN. Its scale is to be 1."
    },
  ]
}

/// The kernel of the first question as the table it is.
private func table(_ rows: [[Float]]) -> Chart {
  Chart(
    title: "A channel is a column", x: Axis("output channel"), y: Axis("row"),
    marks: [
      .heatMap(
        rows, rows: ["0", "1", "2"], columns: ["0", "1"], numbers: .significant(3),
        palette: .diverging)
    ])
}
