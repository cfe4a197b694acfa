import ExerciseChecks
import ExerciseKit

/// A wrong answer that no finding was written for, with the findings that would be true of it.
///
/// Most are combinations of what the named wrong answers do, of which either name is true; the others are formulas that
/// have no name. Whatever a check says of them, it must not be the name of something else.
public struct FurtherAnswer: Sendable {
  /// The names of the findings that would be true.
  public let truths: Set<String>
  /// What it does: the names of its edits, or the line of its file.
  public let name: String
  /// The answer as its process would offer it to the judge.
  public let observed: ObservedAnswer

  init(_ truths: some Sequence<String>, _ name: String, _ observed: ObservedAnswer) {
    (self.truths, self.name, self.observed) = (Set(truths), name, observed)
  }

  /// Checks the answer as a student's would be.
  public func check() throws -> [Finding] { try Judge.findings(of: observed.exercise, in: Remote(observed)) }

  /// The answers to all exercises.
  public static let all: [FurtherAnswer] = [
    further0101, further0102, further0103, further0201, further0202, further0203, further0204, further0301,
    further0302, further0303, further0304, further0401, further0402, further0403, further0501, further0502,
    further0503, further0504, further0601, further0602, further0603, further0701, further0702, further0703,
    further0801, further0802, further0803, further0901, further0902, further0903,
    further1001, further1002, further1003, further1101, further1102, further1103,
  ].flatMap { $0 }
}

/// A way to change the settings of an answer, and the finding that it leads to; nil if it has no name.
struct Edit<Settings>: Sendable {
  let name: String
  let truths: [String]
  let change: @Sendable (inout Settings) -> Void

  /// An edit with a finding of its own.
  init(_ name: String, _ change: @escaping @Sendable (inout Settings) -> Void) {
    (self.name, self.change, truths) = (name, change, [name])
  }

  /// An edit that no finding knows.
  init(unnamed name: String, _ change: @escaping @Sendable (inout Settings) -> Void) {
    (self.name, self.change, truths) = (name, change, [])
  }
}

/// The unnamed edits alone, and all pairs of edits.
///
/// Two edits of which one undoes the other, or makes it one without an effect, are no pair: they are `alternatives`. Where
/// the two together do just what a misconception of another name does, `equal` has its name.
func pairs<Settings>(
  of edits: [Edit<Settings>], from right: @autoclosure @Sendable () -> Settings,
  without alternatives: [[String]] = [], equal: [String: String] = [:],
  _ observed: (Settings) -> ObservedAnswer
) -> [FurtherAnswer] {
  func answer(_ edits: [Edit<Settings>]) -> FurtherAnswer {
    var settings = right()
    for edit in edits { edit.change(&settings) }
    let name = edits.map(\.name).joined(separator: " and ")
    return FurtherAnswer(
      edits.flatMap(\.truths) + (equal[name].map { [$0] } ?? []), name, observed(settings))
  }
  let alone = edits.filter { $0.truths.isEmpty }.map { answer([$0]) }
  let both = edits.indices.flatMap { first in
    edits[(first + 1)...].filter { second in
      !alternatives.contains { $0.contains(edits[first].name) && $0.contains(second.name) }
    }.map { answer([edits[first], $0]) }
  }
  return alone + both
}
