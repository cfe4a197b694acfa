import ExerciseKit

/// The reference solution of exercise 08.1.
public enum Solution0801: Exercise0801 {
  /// The answer.
  public static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
    annotated.indices.filter { annotated[$0] && ($0 == 0 || !annotated[$0 - 1]) }
  }
}

/// Wrong answers to exercise 08.1, each named for its misunderstanding.
public enum Wrong0801 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("every-marked-layer", observed(EveryMarked.self)),
    WrongAnswer("image-forgotten", observed(NoImage.self)),
    WrongAnswer("end-of-the-island", observed(Ends.self)),
    WrongAnswer("both-ends", observed(BothEnds.self)),
    WrongAnswer("layers-without-a-mark", observed(WithoutMark.self)),
    WrongAnswer("only-the-first-island", observed(FirstIsland.self)),
    WrongAnswer("only-the-image", observed(OnlyImage.self)),
    WrongAnswer("one-too-early", observed(Before.self)),
    WrongAnswer("counted-from-one", observed(FromOne.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private enum EveryMarked: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      annotated.indices.filter { annotated[$0] }
    }
  }
  private enum NoImage: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      try Solution0801.inputQuantizers(annotated: annotated).filter { $0 > 0 }
    }
  }
  private enum Ends: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      annotated.indices.filter { !annotated[$0] && $0 > 0 && annotated[$0 - 1] }
    }
  }
  private enum BothEnds: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      annotated.indices.filter { annotated[$0] != ($0 > 0 && annotated[$0 - 1]) }
    }
  }
  private enum WithoutMark: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      annotated.indices.filter { !annotated[$0] }
    }
  }
  private enum FirstIsland: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      Array(try Solution0801.inputQuantizers(annotated: annotated).prefix(1))
    }
  }
  private enum OnlyImage: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      annotated.first == true ? [0] : []
    }
  }
  private enum Before: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      try Solution0801.inputQuantizers(annotated: annotated).map { $0 - 1 }
    }
  }
  private enum FromOne: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      try Solution0801.inputQuantizers(annotated: annotated).map { $0 + 1 }
    }
  }
  private enum Nothing: Exercise0801 {
    static func inputQuantizers(annotated: [Bool]) throws -> [Int] {
      []
    }
  }
}
