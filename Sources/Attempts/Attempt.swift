import ExerciseKit
import Exercises

/// A student's answer to an exercise, as it stands in `Lessons/Exercises`.
public struct Attempt: Sendable {
  /// The exercise.
  public let exercise: Exercise
  /// Checks the answer; it may crash, or never end, so run it in a process of its own.
  public let check: @Sendable () throws -> [Finding]

  /// Every answer, in the order of the exercises.
  public static let all = [
    Attempt(exercise: .scale) { try ExerciseKit.check(Ex0101.self) },
    Attempt(exercise: .zeroPoint) { try ExerciseKit.check(Ex0102.self) },
    Attempt(exercise: .quantize) { try ExerciseKit.check(Ex0103.self) },
    Attempt(exercise: .sqnr) { try ExerciseKit.check(Ex0201.self) },
    Attempt(exercise: .channelScales) { try ExerciseKit.check(Ex0202.self) },
    Attempt(exercise: .halved) { try ExerciseKit.check(Ex0203.self) },
    Attempt(exercise: .bestThreshold) { try ExerciseKit.check(Ex0204.self) },
    Attempt(exercise: .fakeQuantize) { try ExerciseKit.check(Ex0301.self) },
    Attempt(exercise: .straightThrough) { try ExerciseKit.check(Ex0302.self) },
    Attempt(exercise: .movingAverage) { try ExerciseKit.check(Ex0303.self) },
    Attempt(exercise: .training) { try ExerciseKit.check(Ex0304.self) },
    Attempt(exercise: .moments) { try ExerciseKit.check(Ex0401.self) },
    Attempt(exercise: .parameters) { try ExerciseKit.check(Ex0402.self) },
    Attempt(exercise: .ownLayer) { try ExerciseKit.check(Ex0403.self) },
    Attempt(exercise: .composed) { try ExerciseKit.check(Ex0501.self) },
    Attempt(exercise: .learnedMax) { try ExerciseKit.check(Ex0502.self) },
    Attempt(exercise: .ownWrapper) { try ExerciseKit.check(Ex0503.self) },
    Attempt(exercise: .clipCall) { try ExerciseKit.check(Ex0504.self) },
    Attempt(exercise: .folded) { try ExerciseKit.check(Ex0601.self) },
    Attempt(exercise: .placement) { try ExerciseKit.check(Ex0602.self) },
    Attempt(exercise: .codesLeft) { try ExerciseKit.check(Ex0603.self) },
    Attempt(exercise: .multiplier) { try ExerciseKit.check(Ex0701.self) },
    Attempt(exercise: .requantized) { try ExerciseKit.check(Ex0702.self) },
    Attempt(exercise: .hurting) { try ExerciseKit.check(Ex0703.self) },
  ]

  /// The answer to the exercise called `id`, such as `01.1`, or nil if there is no such exercise.
  public static func of(_ id: String) -> Attempt? { all.first { $0.exercise.id == id } }
}
