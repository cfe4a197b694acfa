/// An exercise as the classroom lists it; its contract is a protocol.
///
/// An exercise, such as 01.1, lives in four places:
///
/// - in this module: its contract and its hints, in `Lesson01/Exercise0101.swift`;
/// - in `ExerciseChecks`: its check, in `Lesson01/Check0101.swift`;
/// - in `Lessons/Exercises`: the file for the student's answer, `Ex0101.swift`, and its copy `Stubs/Ex0101.stub`;
/// - in `Tests/Solutions`: the reference solution and the wrong answers, in `Solution0101.swift`.
///
/// ``all`` is the registry. Two more lists, `StudentAnswer.all` in `examiner` and `Solution.all` in
/// `Tests/Solutions`, have a line for each exercise: Swift cannot list the types of a module, `qat` must not link
/// answers, which may not compile, and a handout has no solutions. Tests compare both lists, and the files, with the
/// registry, and name what is missing.
public struct Exercise: Hashable, Sendable {
  /// The exercise's number, such as `01.1`: the first of lesson 1.
  public let id: String
  /// Its subject, in a few words.
  public let title: String
  /// Three hints: a question, a formula or a section, a skeleton; none gives the answer away.
  public let hints: [String]
  /// The lesson and the heading to read again, such as `lesson 1, "Zero must be exact"`.
  public let section: String
  /// What to think of after a crash, by what it was.
  public let crashes: [Crash: String]
  /// The members that an answer may not use, since it is to do their work.
  public let banned: [String]

  /// A kind of crash.
  public enum Crash: Hashable, Sendable, CaseIterable {
    /// A number does not fit, such as in a conversion, a sum or a division by zero.
    case number
    /// The toolkit refuses something, such as a shape.
    case refusal
    /// There is no element at an index.
    case index
  }

  init(
    _ id: String, _ title: String, section: String, crash: String? = nil, index: String? = nil,
    refusal: String? = nil, banned: [String] = [], hints: [String]
  ) {
    (self.id, self.title, self.hints, self.section, self.banned) = (id, title, hints, section, banned)
    crashes = [.number: crash, .index: index, .refusal: refusal].compactMapValues { $0 }
  }

  /// Every exercise, in order.
  public static let all: [Exercise] = [
    .scale, .zeroPoint, .quantize,
    .sqnr, .channelScales, .halving, .bestThreshold,
    .fakeQuantize, .straightThrough, .movingAverage, .training,
    .moments, .parameters, .ownLayer,
    .composed, .learnedMax, .ownWrapper, .clipCall,
    .batchNormFolding, .placement, .codesLeft,
    .multiplier, .requantized, .layerSensitivity,
    .islands, .spread, .bitBudget,
    .ties, .parting, .powersOfTwo,
    .unpacked, .rawScales, .refusedLayers,
    .equalized, .correctedBias, .upOrDown,
  ]

  /// The lesson's number.
  public var lesson: Int { Int(id.prefix { $0 != "." }) ?? 0 }

  /// The name of the student's type and file: `Ex0101`.
  public var typeName: String {
    "Ex" + id.split(separator: ".").map { $0.count == 1 ? "0\($0)" : String($0) }.joined()
  }

  /// True if the code of a student's file still throws the stub's ``Todo``; comments and strings are no code.
  public func isUnsolved(in text: String) -> Bool {
    text.contains("Todo")
      && StudentSource(text).code.matches(of: /\bTodo\s*\(\s*"([\d.]*)"\s*\)/).contains { $0.1 == id }
  }

  /// The exercises whose answers' types a student's file declares although it is the file of this exercise.
  public func redeclared(in text: String) -> [Exercise] {
    let others = Self.all.filter { $0 != self && text.contains($0.typeName) }
    if others.isEmpty { return [] }
    let types = StudentSource(text).declaredTypes
    return others.filter { types.contains($0.typeName) }
  }

  /// The member, such as `clipped`, that a student's file uses although it is banned; nil if there is none.
  public func bannedMember(in text: String) -> String? {
    if banned.isEmpty { return nil }
    let source = StudentSource(text)
    return banned.first(where: source.uses)
  }
}

/// The error that an exercise's stub throws until a student's code replaces it.
public struct Todo: Error, Hashable, CustomStringConvertible, Sendable {
  /// The exercise's number, such as `01.1`.
  public let exercise: String

  /// Marks an exercise as not yet solved.
  public init(_ exercise: String) {
    self.exercise = exercise
  }

  /// One line for the student.
  public var description: String { "exercise \(exercise) still waits for your code" }
}
