import ExerciseKit

/// Checks an answer to exercise 09.3.
///
/// - Throws: the error that the answer throws.
public func check(_ answer: (some Exercise0903).Type) throws -> [Finding] {
  try Examination<Question0903, Scales0903>(
    exercise: .powersOfTwo,
    questions: [
      (1, 0.5, 10), (0.992_187_5, 2, 4), (6, 0.25, 6), (3, 0.7, 20), (0.995, 0.3, 31.75), (127, 0.1, 300),
      (3.98, 0.995, 8), (254, 0.03, 1000), (0.01, 0.99, 1.5), (2.5, 0.062_5, 0.992_187_5),
    ],
    wording: {
      "powersOfTwo(input: \(digits($0.input)), kernel: \(digits($0.kernel)), output: \(digits($0.output)))"
    },
    right: { scales($0, exponent) }, same: { $0 == $1 },
    written: { "input \($0.input), kernel \($0.kernel), output \($0.output), shift \($0.shift)" },
    misconceptions: aboutExponents() + aboutTheShift(),
    otherwise: { question in
      let lines = [("input", question.input), ("kernel", question.kernel), ("output", question.output)].map {
        name, largest in
        let e = exponent(largest)
        return "\(name) 2^\(e), which reaches \(digits(127 * power(e)))"
      }
      return "The scales: \(lines.joined(separator: "; ")). The shift makes of input times kernel the output."
    }
  ).findings {
    try answer.powersOfTwo(input: $0.input, kernel: $0.kernel, output: $0.output)
  }
}

private typealias Question0903 = (input: Float, kernel: Float, output: Float)
private typealias Scales0903 = (input: Int, kernel: Int, output: Int, shift: Int)

/// A number in the digits that Swift writes, without `.0`.
private func digits(_ value: Float) -> String { brief(value) == "0.99219" ? "0.9921875" : brief(value) }

private func power(_ exponent: Int) -> Float { Float(sign: .plus, exponent: exponent, significand: 1) }

/// The smallest e with `code` · 2^e at least `largest`.
private func exponent(_ largest: Float, code: Float) -> Int {
  var exponent = Int((largest / code).exponent)
  while code * power(exponent) < largest { exponent += 1 }
  return exponent
}

private func exponent(_ largest: Float) -> Int { exponent(largest, code: 127) }

private func rightShift(_ input: Int, _ kernel: Int, _ output: Int) -> Int { output - input - kernel }

private func scales(
  _ question: Question0903, _ exponent: (Float) -> Int, shift: (Int, Int, Int) -> Int = rightShift
) -> Scales0903 {
  let exponents = (exponent(question.input), exponent(question.kernel), exponent(question.output))
  return (exponents.0, exponents.1, exponents.2, shift(exponents.0, exponents.1, exponents.2))
}

private func aboutExponents() -> [Misconception<Question0903, Scales0903>] {
  [
    Misconception("nearest-power") {
      scales($0) { largest in
        let (low, ratio) = (Int((largest / 127).exponent), (largest / 127).significand)
        return ratio * ratio >= 2 ? low + 1 : low
      }
    } because: { _ in
      "Yours are the nearest powers of two. Where the nearest is below the scale that would fit, the largest numbers are "
        + "clipped."
    },
    Misconception("too-short") {
      scales($0) { Int(($0 / 127).exponent) }
    } because: { _ in
      "Yours are powers of two below the scale that would fit, so code 127 does not reach the largest number."
    },
    Misconception(
      "a-code-too-many",
      givesOneOf: [128, 127.5].map { code in { scales($0) { exponent($0, code: code) } } },
      because: { _ in
        "Yours is right for more than 127 steps from 0 to the largest number. Symmetric codes end at 127."
      }),
    Misconception(
      "all-steps-on-one-side",
      givesOneOf: [255, 256].map { code in { scales($0) { exponent($0, code: code) } } },
      because: { _ in
        "You have given one side all steps of a byte. The grid is symmetric: from 0 to the largest number there are 127."
      }),
    Misconception("exact-fit-refused") {
      scales($0) { Int(($0 / 127).exponent) + 1 }
    } because: { _ in
      "Where code 127 reaches the largest number exactly, yours takes a scale twice as large."
    },
    Misconception("range-for-scale") {
      scales($0) { exponent($0, code: 1) }
    } because: { _ in
      "Yours are the powers of two that reach as far as the numbers. That is the range; the scale is one step of it, and "
        + "127 steps reach that far."
    },
    Misconception(
      "sign-of-the-exponent",
      givesOneOf: [
        { question in
          let right = scales(question, exponent)
          return (-right.input, -right.kernel, -right.output, right.shift)
        },
        { scales($0) { -exponent($0) } },
      ],
      because: { _ in
        "Your exponents have the other sign. A scale below 1 is 2 to a negative power: 1/64 is 2^−6."
      }),
  ]
}

private func aboutTheShift() -> [Misconception<Question0903, Scales0903>] {
  func shifted(_ shift: @escaping (Int, Int, Int) -> Int) -> (Question0903) -> Scales0903? {
    { scales($0, exponent, shift: shift) }
  }
  return [
    Misconception(
      "shift-reversed", givesOneOf: [shifted { $0 + $1 - $2 }],
      because: { _ in
        "Your scales are right, and the shift has the other sign: a multiplier of 2^−10 moves an accumulator to the right "
          + "by 10."
      }),
    Misconception(
      "output-multiplied", givesOneOf: [shifted { -($0 + $1 + $2) }, shifted { $0 + $1 + $2 }],
      because: { _ in
        "Your scales are right. For the shift you multiplied by the output's scale, that is, added its exponent with the "
          + "same sign. It is divided by."
      }),
    Misconception(
      "kernel-forgotten", givesOneOf: [shifted { $2 - $0 }, shifted { input, _, output in input - output }],
      because: { _ in
        "Your scales are right. The shift lacks the kernel's: a product counts in input scale × kernel scale."
      }),
    Misconception(
      "output-forgotten",
      givesOneOf: [
        shifted { input, kernel, _ in -input - kernel }, shifted { input, kernel, _ in input + kernel },
      ],
      because: { _ in
        "Your scales are right. The shift lacks the output's: it goes from the accumulator's unit to the output's."
      }),
  ]
}
