import ExerciseKit

/// The reference solution of exercise 09.3.
public enum Solution0903: Exercise0903 {
  /// The answer.
  public static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
    input: Int, kernel: Int, output: Int, shift: Int
  ) {
    func exponent(_ largest: Float) -> Int {
      var (exponent, scale) = (0, Float(1))
      while 127 * scale < largest { (exponent, scale) = (exponent + 1, 2 * scale) }
      while 127 * scale / 2 >= largest { (exponent, scale) = (exponent - 1, scale / 2) }
      return exponent
    }
    let exponents = [input, kernel, output].map(exponent)
    return (exponents[0], exponents[1], exponents[2], exponents[2] - exponents[0] - exponents[1])
  }
}

/// Wrong answers to exercise 09.3, each named for its misunderstanding.
public enum Wrong0903 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("nearest-power", observed(Nearest.self)),
    WrongAnswer("too-short", observed(TooShort.self)),
    WrongAnswer("a-code-too-many", observed(TooMany.self)),
    WrongAnswer("all-steps-on-one-side", observed(OneSide.self)),
    WrongAnswer("exact-fit-refused", observed(Refused.self)),
    WrongAnswer("range-for-scale", observed(Range.self)),
    WrongAnswer("sign-of-the-exponent", observed(Sign.self)),
    WrongAnswer("shift-reversed", observed(Reversed.self)),
    WrongAnswer("output-multiplied", observed(Multiplied.self)),
    WrongAnswer("kernel-forgotten", observed(NoKernel.self)),
    WrongAnswer("output-forgotten", observed(NoOutput.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private typealias Scales = (input: Int, kernel: Int, output: Int, shift: Int)

  private static func exponent(_ largest: Float, code: Float = 127) -> Int {
    var (exponent, scale) = (-60, Float(sign: .plus, exponent: -60, significand: 1))
    while code * scale < largest { (exponent, scale) = (exponent + 1, 2 * scale) }
    return exponent
  }
  private static func scales(
    _ largest: [Float], _ exponent: (Float) -> Int = { Wrong0903.exponent($0) },
    shift: (Int, Int, Int) -> Int = { $2 - $0 - $1 }
  ) -> Scales {
    let exponents = largest.map(exponent)
    return (
      exponents[0], exponents[1], exponents[2], shift(exponents[0], exponents[1], exponents[2])
    )
  }

  private enum Nearest: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales(
        [input, kernel, output],
        { largest in
          let below = exponent(largest, code: 127) - 1
          let scale = largest / 127 / Float(sign: .plus, exponent: below, significand: 1)
          return scale * scale < 2 ? below : below + 1
        })
    }
  }
  private enum TooShort: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], { Int(($0 / 127).exponent) })
    }
  }
  private enum TooMany: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], { exponent($0, code: 128) })
    }
  }
  private enum OneSide: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], { exponent($0, code: 255) })
    }
  }
  private enum Refused: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], { Int(($0 / 127).exponent) + 1 })
    }
  }
  private enum Range: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], { exponent($0, code: 1) })
    }
  }
  private enum Sign: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], { -exponent($0) })
    }
  }
  private enum Reversed: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], shift: { $0 + $1 - $2 })
    }
  }
  private enum Multiplied: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], shift: { -$0 - $1 - $2 })
    }
  }
  private enum NoKernel: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], shift: { input, _, output in output - input })
    }
  }
  private enum NoOutput: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      scales([input, kernel, output], shift: { input, kernel, _ in -input - kernel })
    }
  }
  private enum Nothing: Exercise0903 {
    static func powersOfTwo(input: Float, kernel: Float, output: Float) throws -> (
      input: Int, kernel: Int, output: Int, shift: Int
    ) {
      (0, 0, 0, 0)
    }
  }
}
