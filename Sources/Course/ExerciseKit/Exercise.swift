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
  /// The probable cause of a crash, for a student whose code crashed.
  public let crash: String

  init(_ id: String, _ title: String, section: String, crash: String, hints: [String]) {
    (self.id, self.title, self.hints) = (id, title, hints)
    (self.section, self.crash) = (section, crash)
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
  ]

  /// The lesson's number.
  public var lesson: Int { Int(id.prefix { $0 != "." }) ?? 0 }

  /// The name of the student's type and file: `Ex0101`.
  public var typeName: String {
    "Ex" + id.split(separator: ".").map { $0.count == 1 ? "0\($0)" : String($0) }.joined()
  }

  /// True if the text of a student's file still throws the stub's ``Todo`` on a line that is not a comment.
  public func isUnsolved(in text: String) -> Bool {
    text.split(whereSeparator: \.isNewline).contains { line in
      let code = line.firstRange(of: "//").map { line.prefix(upTo: $0.lowerBound) } ?? line
      return code.contains("Todo(\"\(id)\")")
    }
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
