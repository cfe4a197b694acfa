import ExerciseKit

/// The reference solution of exercise 09.2.
public enum Solution0902: Exercise0902 {
  /// The answer.
  public static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
    for (operation, codes) in zip(one, other).enumerated() {
      let distances = zip(codes.0, codes.1).map { abs(Int($0) - Int($1)) }
      let differing = distances.count { $0 > 0 }
      if differing > 0 {
        return Parting(operation: operation, codes: differing, farthest: distances.max() ?? 0)
      }
    }
    return nil
  }
}

/// Wrong answers to exercise 09.2, each named for its misunderstanding.
public enum Wrong0902 {
  /// The answers.
  public static let all: [WrongAnswer] = [
    WrongAnswer("last-for-first", observed(Last.self)),
    WrongAnswer("most-for-first", observed(Most.self)),
    WrongAnswer("counted-from-one", observed(FromOne.self)),
    WrongAnswer("nothing-is-a-place", observed(Place.self)),
    WrongAnswer("operations-counted", observed(Operations.self)),
    WrongAnswer("codes-of-all", observed(OfAll.self)),
    WrongAnswer("size-counted", observed(Size.self)),
    WrongAnswer("equal-counted", observed(Equal.self)),
    WrongAnswer("distances-added", observed(Added.self)),
    WrongAnswer("sign-kept", observed(Sign.self)),
    WrongAnswer("farthest-of-all", observed(FarthestOfAll.self)),
    WrongAnswer("distances-added-for-farthest", observed(AddedFar.self)),
    WrongAnswer("first-for-farthest", observed(FirstPair.self)),
    WrongAnswer("wrapped", observed(Wrapped.self)),
    WrongAnswer("wrong-value", observed(Nothing.self)),
  ]

  private static func differences(_ one: [[Int8]], _ other: [[Int8]]) -> [[Int]] {
    zip(one, other).map { zip($0, $1).map { Int($0) - Int($1) } }
  }
  private static func count(_ differences: [Int]) -> Int { differences.count { $0 != 0 } }
  private static func farthest(_ differences: [Int]) -> Int { differences.map { abs($0) }.max() ?? 0 }

  /// The right place, of which some is made otherwise.
  private static func changed(
    _ one: [[Int8]], _ other: [[Int8]], _ change: (_ right: Parting, _ all: [[Int]]) -> Parting
  ) throws -> Parting? {
    try Solution0902.parting(of: one, and: other).map { change($0, differences(one, other)) }
  }
  /// The place if an operation is chosen otherwise.
  private static func chosen(_ one: [[Int8]], _ other: [[Int8]], _ choose: ([[Int]]) -> Int?) -> Parting? {
    let all = differences(one, other)
    return choose(all).map { Parting(operation: $0, codes: count(all[$0]), farthest: farthest(all[$0])) }
  }

  private enum Last: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      chosen(one, other) { $0.lastIndex { count($0) > 0 } }
    }
  }
  private enum Most: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      chosen(one, other) { all in
        all.indices.filter { count(all[$0]) > 0 }.max { count(all[$0]) < count(all[$1]) }
      }
    }
  }
  private enum FromOne: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, _ in
        Parting(operation: right.operation + 1, codes: right.codes, farthest: right.farthest)
      }
    }
  }
  private enum Place: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try Solution0902.parting(of: one, and: other) ?? Parting(operation: 0, codes: 0, farthest: 0)
    }
  }
  private enum Operations: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(operation: right.operation, codes: all.count { count($0) > 0 }, farthest: right.farthest)
      }
    }
  }
  private enum OfAll: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(operation: right.operation, codes: all.reduce(0) { $0 + count($1) }, farthest: right.farthest)
      }
    }
  }
  private enum Size: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(operation: right.operation, codes: all[right.operation].count, farthest: right.farthest)
      }
    }
  }
  private enum Equal: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(
          operation: right.operation, codes: all[right.operation].count { $0 == 0 }, farthest: right.farthest)
      }
    }
  }
  private enum Added: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(
          operation: right.operation, codes: all[right.operation].reduce(0) { $0 + abs($1) },
          farthest: right.farthest)
      }
    }
  }
  private enum Sign: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(operation: right.operation, codes: right.codes, farthest: all[right.operation].max() ?? 0)
      }
    }
  }
  private enum FarthestOfAll: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(operation: right.operation, codes: right.codes, farthest: all.map(farthest).max() ?? 0)
      }
    }
  }
  private enum AddedFar: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(
          operation: right.operation, codes: right.codes,
          farthest: all[right.operation].reduce(0) { $0 + abs($1) })
      }
    }
  }
  private enum FirstPair: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        let first = all[right.operation].first { $0 != 0 } ?? 0
        return Parting(operation: right.operation, codes: right.codes, farthest: abs(first))
      }
    }
  }
  private enum Wrapped: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      try changed(one, other) { right, all in
        Parting(
          operation: right.operation, codes: right.codes,
          farthest: all[right.operation].map { Int(Int8(truncatingIfNeeded: $0).magnitude) }.max() ?? 0)
      }
    }
  }
  private enum Nothing: Exercise0902 {
    static func parting(of one: [[Int8]], and other: [[Int8]]) throws -> Parting? {
      nil
    }
  }
}
