import ExerciseKit
import Exercises

/// The students' answers, as they stand in `Lessons/Exercises`.
public enum StudentAnswer {
  /// Every answer, in the order of `Exercise.all`.
  ///
  /// A student's file that no longer declares its type is a compile error here. `Diagnostic` attributes it to the file,
  /// so each answer has a line of its own. `observed` is named with its module, because a student's file may declare one.
  public static let all: [ObservedAnswer] = [
    ExerciseKit.observed(Ex0101.self),
    ExerciseKit.observed(Ex0102.self),
    ExerciseKit.observed(Ex0103.self),
    ExerciseKit.observed(Ex0201.self),
    ExerciseKit.observed(Ex0202.self),
    ExerciseKit.observed(Ex0203.self),
    ExerciseKit.observed(Ex0204.self),
    ExerciseKit.observed(Ex0301.self),
    ExerciseKit.observed(Ex0302.self),
    ExerciseKit.observed(Ex0303.self),
    ExerciseKit.observed(Ex0304.self),
    ExerciseKit.observed(Ex0401.self),
    ExerciseKit.observed(Ex0402.self),
    ExerciseKit.observed(Ex0403.self),
    ExerciseKit.observed(Ex0501.self),
    ExerciseKit.observed(Ex0502.self),
    ExerciseKit.observed(Ex0503.self),
    ExerciseKit.observed(Ex0504.self),
    ExerciseKit.observed(Ex0601.self),
    ExerciseKit.observed(Ex0602.self),
    ExerciseKit.observed(Ex0603.self),
    ExerciseKit.observed(Ex0701.self),
    ExerciseKit.observed(Ex0702.self),
    ExerciseKit.observed(Ex0703.self),
    ExerciseKit.observed(Ex0801.self),
    ExerciseKit.observed(Ex0802.self),
    ExerciseKit.observed(Ex0803.self),
    ExerciseKit.observed(Ex0901.self),
    ExerciseKit.observed(Ex0902.self),
    ExerciseKit.observed(Ex0903.self),
    ExerciseKit.observed(Ex1001.self),
    ExerciseKit.observed(Ex1002.self),
    ExerciseKit.observed(Ex1003.self),
    ExerciseKit.observed(Ex1101.self),
    ExerciseKit.observed(Ex1102.self),
    ExerciseKit.observed(Ex1103.self),
  ]

  /// The answer to the exercise with an id such as `01.1`; nil if there is no such exercise.
  public static func of(_ id: String) -> ObservedAnswer? { all.first { $0.exercise.id == id } }
}
