import ExerciseKit

/// The reference solution of exercise 07.3.
public enum Solution0703: Exercise0703 {
  /// The answer.
  public static func hurting(
    _ layers: [LayerCost], floatLoss: Double, tolerance: Double
  ) throws -> [String] {
    layers.filter { $0.lossAlone - floatLoss > tolerance }
      .sorted { $0.lossAlone > $1.lossAlone }
      .map(\.name)
  }
}

/// Wrong answers to exercise 07.3, each named for its misunderstanding.
public enum Wrong0703 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("loss-for-rise", observed(LossForRise.self)),
    WrongAnswer("no-tolerance", observed(NoTolerance.self)),
    WrongAnswer("fall-for-rise", observed(FallForRise.self)),
    WrongAnswer("share-for-rise", observed(ShareForRise.self)),
    WrongAnswer("best-first", observed(BestFirst.self)),
    WrongAnswer("not-sorted", observed(NotSorted.self)),
    WrongAnswer("only-the-worst", observed(OnlyTheWorst.self)),
    WrongAnswer("by-noise", observed(ByNoise.self)),
    WrongAnswer("wrong-value", observed(Nobody.self)),
  ]

  private enum LossForRise: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      layers.filter { $0.lossAlone > tolerance }.sorted { $0.lossAlone > $1.lossAlone }.map(\.name)
    }
  }
  private enum NoTolerance: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      layers.filter { $0.lossAlone > floatLoss }.sorted { $0.lossAlone > $1.lossAlone }.map(\.name)
    }
  }
  private enum FallForRise: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      layers.filter { abs($0.lossAlone - floatLoss) > tolerance }.sorted { $0.lossAlone > $1.lossAlone }
        .map(\.name)
    }
  }
  private enum ShareForRise: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      layers.filter { $0.lossAlone / floatLoss - 1 > tolerance }.sorted { $0.lossAlone > $1.lossAlone }
        .map(\.name)
    }
  }
  private enum BestFirst: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      try Solution0703.hurting(layers, floatLoss: floatLoss, tolerance: tolerance).reversed()
    }
  }
  private enum NotSorted: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      layers.filter { $0.lossAlone - floatLoss > tolerance }.map(\.name)
    }
  }
  private enum OnlyTheWorst: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      Array(try Solution0703.hurting(layers, floatLoss: floatLoss, tolerance: tolerance).prefix(1))
    }
  }
  private enum ByNoise: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      layers.filter { $0.lossAlone - floatLoss > tolerance }.sorted { $0.sqnr < $1.sqnr }.map(\.name)
    }
  }
  private enum Nobody: Exercise0703 {
    static func hurting(_ layers: [LayerCost], floatLoss: Double, tolerance: Double) throws -> [String] {
      []
    }
  }
}
