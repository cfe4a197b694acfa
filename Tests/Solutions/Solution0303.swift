import ExerciseKit
import Foundation

/// The reference solution of exercise 03.3.
public enum Solution0303: Exercise0303 {
  /// The answer.
  public static func average(_ batches: [Float], decay: Float) throws -> Float {
    var (average, ofTheStart): (Float, Float) = (0, 1)
    for batch in batches {
      average = decay * average + (1 - decay) * batch
      ofTheStart *= decay
    }
    return average / (1 - ofTheStart)
  }
}

/// Wrong answers to exercise 03.3, each named for its misunderstanding.
public enum Wrong0303 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("not-debiased", observed(NotDebiased.self)),
    WrongAnswer("weights-exchanged", observed(WeightsExchanged.self)),
    WrongAnswer("weights-exchanged", observed(WeightsExchangedDebiased.self)),
    WrongAnswer("weights-exchanged", observed(WeightsExchangedTwice.self)),
    WrongAnswer("started-at-the-first", observed(StartedAtTheFirst.self)),
    WrongAnswer("plain-mean", observed(PlainMean.self)),
    WrongAnswer("debiased-in-the-loop", observed(DebiasedInTheLoop.self)),
    WrongAnswer("share-of-one-batch", observed(ShareOfOneBatch.self)),
    WrongAnswer("batches-miscounted", observed(OneTooFew.self)),
    WrongAnswer("batches-miscounted", observed(OneTooMany.self)),
    WrongAnswer("wrong-value", observed(Last.self)),
  ]

  private static func raw(_ batches: [Float], _ decay: Float) -> Float {
    batches.reduce(0) { decay * $0 + (1 - decay) * $1 }
  }

  private enum NotDebiased: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, decay)
    }
  }
  private enum WeightsExchanged: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, 1 - decay)
    }
  }
  private enum WeightsExchangedDebiased: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, 1 - decay) / (1 - pow(decay, Float(batches.count)))
    }
  }
  private enum WeightsExchangedTwice: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, 1 - decay) / (1 - pow(1 - decay, Float(batches.count)))
    }
  }
  private enum StartedAtTheFirst: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      batches.dropFirst().reduce(batches[0]) { decay * $0 + (1 - decay) * $1 }
    }
  }
  private enum PlainMean: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      batches.reduce(0, +) / Float(batches.count)
    }
  }
  private enum DebiasedInTheLoop: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      var average: Float = 0
      for (index, batch) in batches.enumerated() {
        average = decay * average + (1 - decay) * batch
        average /= 1 - pow(decay, Float(index + 1))
      }
      return average
    }
  }
  private enum ShareOfOneBatch: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, decay) / (1 - decay)
    }
  }
  private enum OneTooFew: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, decay) / (1 - pow(decay, Float(batches.count - 1)))
    }
  }
  private enum OneTooMany: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      raw(batches, decay) / (1 - pow(decay, Float(batches.count + 1)))
    }
  }
  private enum Last: Exercise0303 {
    static func average(_ batches: [Float], decay: Float) -> Float {
      batches[batches.count - 1] + 1
    }
  }
}
