import ExerciseKit

/// The reference solution of exercise 03.4.
public enum Solution0304: Exercise0304 {
  /// The answer.
  public static func trained(
    weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
  ) throws -> [Float] {
    var weights = weights
    for _ in 0..<steps {
      let seen = rounded(weights, bits: bits)
      let errors = zip(inputs, targets).map { zip($0, seen).reduce(-$1) { $0 + $1.0 * $1.1 } }
      for index in weights.indices {
        let products = zip(errors, inputs).map { $0 * $1[index] }
        weights[index] -= rate * 2 * products.reduce(0, +) / Float(inputs.count)
      }
    }
    return weights
  }

  private static func rounded(_ weights: [Float], bits: Int) -> [Float] {
    let scale = (weights.map(\.magnitude).max() ?? 1) / Float((1 << (bits - 1)) - 1)
    return weights.map { ($0 / scale).rounded(.toNearestOrEven) * scale }
  }
}

/// Wrong answers to exercise 03.4, each named for its misunderstanding.
public enum Wrong0304 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("trained-in-float", observed(InFloat.self)),
    WrongAnswer("rounded-weights-kept", observed(RoundedKept.self)),
    WrongAnswer("rounded-weights-returned", observed(RoundedReturned.self)),
    WrongAnswer("scale-of-the-start", observed(ScaleOfTheStart.self)),
    WrongAnswer("levels-for-steps", observed(Levels.self)),
    WrongAnswer("not-averaged", observed(NotAveraged.self)),
    WrongAnswer("factor-two-forgotten", observed(FactorTwoForgotten.self)),
    WrongAnswer("uphill", observed(Uphill.self)),
    WrongAnswer("one-example-at-a-time", observed(OneAtATime.self)),
    WrongAnswer("wrong-value", observed(Untrained.self)),
    WrongAnswer("wrong-value", observed(OneTooFew.self)),
  ]

  private static func rounded(_ weights: [Float], _ scale: Float) -> [Float] {
    weights.map { ($0 / scale).rounded(.toNearestOrEven) * scale }
  }

  private static func scale(_ weights: [Float], _ bits: Int) -> Float {
    (weights.map(\.magnitude).max() ?? 1) / Float((1 << (bits - 1)) - 1)
  }

  /// The gradient of the mean of the squared errors with respect to `seen`, the weights of the forward pass.
  private static func gradient(_ seen: [Float], _ inputs: [[Float]], _ targets: [Float]) -> [Float] {
    var sums = [Float](repeating: 0, count: seen.count)
    for (row, target) in zip(inputs, targets) {
      let error = zip(row, seen).reduce(-target) { $0 + $1.0 * $1.1 }
      for index in sums.indices { sums[index] += 2 * error * row[index] / Float(inputs.count) }
    }
    return sums
  }

  private static func stepped(_ weights: [Float], _ gradient: [Float], _ rate: Float) -> [Float] {
    zip(weights, gradient).map { $0 - rate * $1 }
  }

  /// The weights after some steps of quantization-aware training.
  private static func descended(
    _ weights: [Float], _ inputs: [[Float]], _ targets: [Float], _ bits: Int, _ rate: Float, _ steps: Int
  ) -> [Float] {
    (0..<steps).reduce(weights) { weights, _ in
      stepped(weights, gradient(rounded(weights, scale(weights, bits)), inputs, targets), rate)
    }
  }

  private enum InFloat: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      (0..<steps).reduce(weights) { weights, _ in stepped(weights, gradient(weights, inputs, targets), rate) }
    }
  }
  private enum RoundedKept: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      (0..<steps).reduce(weights) { weights, _ in
        let seen = rounded(weights, scale(weights, bits))
        return stepped(seen, gradient(seen, inputs, targets), rate)
      }
    }
  }
  private enum RoundedReturned: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      let last = descended(weights, inputs, targets, bits, rate, steps)
      return rounded(last, scale(last, bits))
    }
  }
  private enum ScaleOfTheStart: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      let first = scale(weights, bits)
      return (0..<steps).reduce(weights) { weights, _ in
        stepped(weights, gradient(rounded(weights, first), inputs, targets), rate)
      }
    }
  }
  private enum Levels: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      (0..<steps).reduce(weights) { weights, _ in
        let step = (weights.map(\.magnitude).max() ?? 1) / Float(1 << (bits - 1))
        return stepped(weights, gradient(rounded(weights, step), inputs, targets), rate)
      }
    }
  }
  private enum NotAveraged: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      descended(weights, inputs, targets, bits, rate * Float(inputs.count), steps)
    }
  }
  private enum FactorTwoForgotten: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      descended(weights, inputs, targets, bits, rate / 2, steps)
    }
  }
  private enum Uphill: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      descended(weights, inputs, targets, bits, -rate, steps)
    }
  }
  private enum OneAtATime: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      (0..<steps).reduce(weights) { weights, _ in
        zip(inputs, targets).reduce(weights) { descended($0, [$1.0], [$1.1], bits, rate, 1) }
      }
    }
  }
  private enum Untrained: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      weights
    }
  }
  private enum OneTooFew: Exercise0304 {
    static func trained(
      weights: [Float], inputs: [[Float]], targets: [Float], bits: Int, rate: Float, steps: Int
    ) -> [Float] {
      descended(weights, inputs, targets, bits, rate, max(steps - 1, 0))
    }
  }
}
