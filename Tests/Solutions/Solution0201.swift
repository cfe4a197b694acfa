import ExerciseKit
import Foundation

/// The reference solution of exercise 02.1.
public enum Solution0201: Exercise0201 {
  /// The answer.
  public static func sqnr(signal: [Float], roundTrip: [Float]) throws -> Float {
    let signalPower = signal.reduce(0) { $0 + $1 * $1 }
    let noisePower = zip(signal, roundTrip).reduce(0) { $0 + ($1.1 - $1.0) * ($1.1 - $1.0) }
    return 10 * log10(signalPower / noisePower)
  }
}

/// Wrong answers to exercise 02.1, each named for its misunderstanding.
public enum Wrong0201 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("amplitudes", observed(Amplitudes.self)),
    WrongAnswer("inverted", observed(Inverted.self)),
    WrongAnswer("noise-is-what-came-back", observed(NoiseIsWhatCameBack.self)),
    WrongAnswer("magnitudes", observed(Magnitudes.self)),
    WrongAnswer("no-logarithm", observed(NoLogarithm.self)),
    WrongAnswer("natural-logarithm", observed(NaturalLogarithm.self)),
    WrongAnswer("wrong-value", observed(AlwaysThirty.self)),
  ]

  private static func power(_ values: [Float]) -> Float {
    values.reduce(0) { $0 + $1 * $1 } / Float(values.count)
  }
  private static func noise(_ signal: [Float], _ roundTrip: [Float]) -> [Float] {
    zip(signal, roundTrip).map { $1 - $0 }
  }

  private enum Amplitudes: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      20 * log10(power(signal) / power(noise(signal, roundTrip)))
    }
  }
  private enum Inverted: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      10 * log10(power(noise(signal, roundTrip)) / power(signal))
    }
  }
  private enum NoiseIsWhatCameBack: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      10 * log10(power(signal) / power(roundTrip))
    }
  }
  private enum Magnitudes: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      let errors = noise(signal, roundTrip)
      return 10 * log10(signal.reduce(0) { $0 + abs($1) } / errors.reduce(0) { $0 + abs($1) })
    }
  }
  private enum NoLogarithm: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      power(signal) / power(noise(signal, roundTrip))
    }
  }
  private enum NaturalLogarithm: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      10 * log(power(signal) / power(noise(signal, roundTrip)))
    }
  }
  private enum AlwaysThirty: Exercise0201 {
    static func sqnr(signal: [Float], roundTrip: [Float]) -> Float {
      30
    }
  }
}
