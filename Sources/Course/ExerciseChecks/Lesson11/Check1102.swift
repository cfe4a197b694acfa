import ExerciseKit

/// Checks an answer to exercise 11.2.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise1102).Type) throws -> [Finding] {
  try Examination<Question1102, Float>(
    exercise: .correctedBias,
    questions: [
      (0.5, [0.9, -0.4], [1, -0.5], [[1, 2], [3, 0]]), (1, [0.25], [0.5], [[2], [4], [3]]),
      (-0.75, [0.3, 0.7, -0.2], [0.5, 0.5, 0], [[1, 4, 2], [0, 2, 5]]),
      (0.25, [-1.1, 0.6, 0.4], [-1, 0.5, 0.5], [[3, 1, 0.5], [2, 6, 1], [1, 2, 4], [5, 0, 3]]),
      (2, [0.8, -0.3], [1, -0.25], [[0.5, 8], [1.5, 2], [1, 4]]),
    ],
    wording: {
      "corrected(bias: \(brief($0.bias)), weights: \(brief($0.weights)), rounded: \(brief($0.rounded)), "
        + "inputs: [\($0.inputs.map(brief).joined(separator: ", "))])"
    },
    right: { $0.bias - mean(errors($0)) }, same: { isClose($0, $1) }, written: brief,
    misconceptions: aboutTheMean() + aboutTheError(),
    otherwise: { question in
      "The rounded weights change the sums, input by input, by \(brief(errors(question))). The mean of these is what is "
        + "too much."
    }
  ).findings {
    try answer.corrected(bias: $0.bias, weights: $0.weights, rounded: $0.rounded, inputs: $0.inputs)
  }
}

private typealias Question1102 = (bias: Float, weights: [Float], rounded: [Float], inputs: [[Float]])

private func sum(_ values: [Float]) -> Float { values.reduce(0, +) }
private func mean(_ values: [Float]) -> Float { sum(values) / Float(values.count) }
private func product(_ weights: [Float], _ input: [Float]) -> Float {
  sum(zip(weights, input).map { $0 * $1 })
}
private func difference(_ question: Question1102) -> [Float] {
  zip(question.rounded, question.weights).map { $0 - $1 }
}

/// By how much the rounded weights change the sum of each input.
private func errors(_ question: Question1102) -> [Float] {
  question.inputs.map { product(difference(question), $0) }
}

private func aboutTheMean() -> [Misconception<Question1102, Float>] {
  [
    Misconception("sign-turned") { question in
      question.bias + mean(errors(question))
    } because: { _ in
      "You added the mean error, which is then there twice. What rounding has added is to be taken away."
    },
    Misconception("sum-for-mean") { question in
      question.bias - sum(errors(question))
    } because: {
      "You took the errors of all \($0.inputs.count) inputs away at once. The bias is added once for each input: their mean."
    },
    Misconception("divided-by-all") { question in
      question.bias - sum(errors(question)) / Float(question.inputs.count * question.weights.count)
    } because: { _ in
      "You divided by how many numbers there are in all inputs. Each input gives one error, the sum over its weights."
    },
    Misconception("divided-by-weights") { question in
      question.bias - sum(errors(question)) / Float(question.weights.count)
    } because: { _ in
      "You divided by the number of weights. The mean is over the inputs; within one of them, the errors add up."
    },
    Misconception("first-input-alone") { question in
      question.bias - (errors(question).first ?? 0)
    } because: { _ in
      "You corrected the first input alone. Each has another error, and the bias is one number for all: their mean."
    },
    Misconception("last-input-alone") { question in
      question.bias - (errors(question).last ?? 0)
    } because: { _ in
      "You corrected the last input alone. Each has another error, and the bias is one number for all: their mean."
    },
    Misconception(
      "correction-for-bias",
      givesOneOf: [{ mean(errors($0)) }, { -mean(errors($0)) }],
      because: { _ in "Yours is what the bias changes by. The bias itself is asked for." }),
  ]
}

private func aboutTheError() -> [Misconception<Question1102, Float>] {
  [
    Misconception(
      "inputs-forgotten",
      givesOneOf: [{ $0.bias - sum(difference($0)) }, { $0.bias - mean(difference($0)) }],
      because: { _ in
        "You took away how far the weights have moved. What that does to the output depends on the inputs: a weight that "
          + "meets zeros does no harm."
      }),
    Misconception("magnitudes") { question in
      question.bias - mean(errors(question).map(\.magnitude))
    } because: { _ in
      "You took the mean of the magnitudes. Errors of both signs cancel in a mean, and there is nothing to correct then."
    },
    Misconception("weights-moved-backwards") { question in
      question.bias
        - mean(question.inputs.map { input in product(difference(question).map(\.magnitude), input) })
    } because: { _ in
      "You took every weight's error without its sign. One that was rounded down makes the sum smaller."
    },
    Misconception("output-taken-away") { question in
      question.bias - mean(question.inputs.map { product(question.rounded, $0) })
    } because: { _ in
      "You took the whole mean output of the rounded weights away. Only what it has more than that of the weights is an "
        + "error."
    },
    Misconception("squares") { question in
      question.bias - mean(errors(question).map { $0 * $0 })
    } because: { _ in
      "You took the mean of the squared errors. It says how large they are, not which way they go."
    },
  ]
}
