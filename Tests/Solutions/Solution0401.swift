import ExerciseKit

/// The reference solution of exercise 04.1.
public enum Solution0401: Exercise0401 {
  /// The answer.
  public static func moments(of batches: [[Int]]) throws -> [Moment] {
    var builtFor: [Int]?
    return batches.map { batch in
      let example = Array(batch.dropFirst())
      guard let shape = builtFor else {
        builtFor = example
        return .buildAndCall
      }
      return shape == example ? .call : .refuse
    }
  }
}

/// Wrong answers to exercise 04.1, each named for its misunderstanding.
public enum Wrong0401 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("builds-every-time", observed(BuildsAlways.self)),
    WrongAnswer("builds-every-time", observed(BuildsWhatFits.self)),
    WrongAnswer("never-builds", observed(NeverBuilds.self)),
    WrongAnswer("rebuilds", observed(Rebuilds.self)),
    WrongAnswer("builds-for-each-shape", observed(BuildsForEachShape.self)),
    WrongAnswer("never-recovers", observed(NeverRecovers.self)),
    WrongAnswer("batch-counts", observed(BatchCounts.self)),
    WrongAnswer("compares-with-the-last", observed(ComparesWithTheLast.self)),
    WrongAnswer("last-dimension-only", observed(LastDimension.self)),
    WrongAnswer("counts-numbers", observed(CountsNumbers.self)),
    WrongAnswer("wrong-value", observed(Calls.self)),
  ]

  /// Crashes where there is no batch.
  public enum Crashing: Exercise0401 {
    /// Takes the first batch for granted.
    public static func moments(of batches: [[Int]]) throws -> [Moment] {
      _ = batches[0]
      return try Solution0401.moments(of: batches)
    }
  }

  private enum BuildsAlways: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] { batches.map { _ in .buildAndCall } }
  }
  private enum BuildsWhatFits: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      batches.map { $0.dropFirst() == batches[0].dropFirst() ? .buildAndCall : .refuse }
    }
  }
  private enum NeverBuilds: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      batches.map { $0.dropFirst() == batches[0].dropFirst() ? .call : .refuse }
    }
  }
  private enum Rebuilds: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      var builtFor: [Int]?
      return batches.map { batch in
        defer { builtFor = Array(batch.dropFirst()) }
        return builtFor == Array(batch.dropFirst()) ? .call : .buildAndCall
      }
    }
  }
  private enum BuildsForEachShape: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      var shapes: Set<[Int]> = []
      return batches.map { shapes.insert(Array($0.dropFirst())).inserted ? .buildAndCall : .call }
    }
  }
  private enum NeverRecovers: Exercise0401 {
    static func moments(of batches: [[Int]]) throws -> [Moment] {
      var isBroken = false
      return try Solution0401.moments(of: batches).map { moment in
        isBroken = isBroken || moment == .refuse
        return isBroken ? .refuse : moment
      }
    }
  }
  private enum BatchCounts: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      batches.enumerated().map { $0 == 0 ? .buildAndCall : $1 == batches[0] ? .call : .refuse }
    }
  }
  private enum ComparesWithTheLast: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      batches.indices.map {
        $0 == 0
          ? .buildAndCall : batches[$0].dropFirst() == batches[$0 - 1].dropFirst() ? .call : .refuse
      }
    }
  }
  private enum LastDimension: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      batches.enumerated().map { $0 == 0 ? .buildAndCall : $1.last == batches[0].last ? .call : .refuse }
    }
  }
  private enum CountsNumbers: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] {
      let counts = batches.map { $0.dropFirst().reduce(1, *) }
      return counts.enumerated().map { $0 == 0 ? .buildAndCall : $1 == counts[0] ? .call : .refuse }
    }
  }
  private enum Calls: Exercise0401 {
    static func moments(of batches: [[Int]]) -> [Moment] { batches.map { _ in .call } }
  }
}
