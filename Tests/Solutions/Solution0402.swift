import ExerciseKit

/// The reference solution of exercise 04.2.
public enum Solution0402: Exercise0402 {
  /// The answer.
  public static func parameters(features: Int, units: [Int]) throws -> [Int] {
    var inputs = features
    return units.map { width in
      defer { inputs = width }
      return inputs * width + width
    }
  }
}

/// Wrong answers to exercise 04.2, each named for its misunderstanding.
public enum Wrong0402 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("bias-forgotten", observed(BiasForgotten.self)),
    WrongAnswer("one-bias-a-layer", observed(OneBias.self)),
    WrongAnswer("bias-for-the-inputs", observed(BiasForTheInputs.self)),
    WrongAnswer("added-for-multiplied", observed(Added.self)),
    WrongAnswer("features-for-every-layer", observed(FeaturesForEveryLayer.self)),
    WrongAnswer("summed-up", observed(RunningTotal.self)),
    WrongAnswer("summed-up", observed(Total.self)),
    WrongAnswer("wrong-value", observed(Units.self)),
  ]

  private static func counts(_ features: Int, _ units: [Int], _ count: (Int, Int) -> Int) -> [Int] {
    zip([features] + units, units).map(count)
  }

  private enum BiasForgotten: Exercise0402 {
    static func parameters(features: Int, units: [Int]) -> [Int] {
      counts(features, units) { $0 * $1 }
    }
  }
  private enum OneBias: Exercise0402 {
    static func parameters(features: Int, units: [Int]) -> [Int] {
      counts(features, units) { $0 * $1 + 1 }
    }
  }
  private enum BiasForTheInputs: Exercise0402 {
    static func parameters(features: Int, units: [Int]) -> [Int] {
      counts(features, units) { $0 * ($1 + 1) }
    }
  }
  private enum Added: Exercise0402 {
    static func parameters(features: Int, units: [Int]) -> [Int] {
      counts(features, units) { $0 + $1 }
    }
  }
  private enum FeaturesForEveryLayer: Exercise0402 {
    static func parameters(features: Int, units: [Int]) -> [Int] {
      units.map { (features + 1) * $0 }
    }
  }
  private enum RunningTotal: Exercise0402 {
    static func parameters(features: Int, units: [Int]) throws -> [Int] {
      var total = 0
      return try Solution0402.parameters(features: features, units: units).map {
        total += $0
        return total
      }
    }
  }
  private enum Total: Exercise0402 {
    static func parameters(features: Int, units: [Int]) throws -> [Int] {
      [try Solution0402.parameters(features: features, units: units).reduce(0, +)]
    }
  }
  private enum Units: Exercise0402 {
    static func parameters(features: Int, units: [Int]) -> [Int] {
      units
    }
  }
}
