import ExerciseKit
import Exercises

/// A student's answer to an exercise, as it stands in `Lessons/Exercises`.
public struct StudentAnswer: Sendable {
  /// The exercise.
  public let exercise: Exercise
  /// Checks the answer; it may crash, or never end, so run it in a process of its own.
  public let check: @Sendable () throws -> [Finding]

  /// Every answer, in the order of the exercises.
  public static let all = [
    StudentAnswer(exercise: .scale) { try ExerciseKit.check(Ex0101.self) },
    StudentAnswer(exercise: .zeroPoint) { try ExerciseKit.check(Ex0102.self) },
    StudentAnswer(exercise: .quantize) { try ExerciseKit.check(Ex0103.self) },
    StudentAnswer(exercise: .sqnr) { try ExerciseKit.check(Ex0201.self) },
    StudentAnswer(exercise: .channelScales) { try ExerciseKit.check(Ex0202.self) },
    StudentAnswer(exercise: .halving) { try ExerciseKit.check(Ex0203.self) },
    StudentAnswer(exercise: .bestThreshold) { try ExerciseKit.check(Ex0204.self) },
    StudentAnswer(exercise: .fakeQuantize) { try ExerciseKit.check(Ex0301.self) },
    StudentAnswer(exercise: .straightThrough) { try ExerciseKit.check(Ex0302.self) },
    StudentAnswer(exercise: .movingAverage) { try ExerciseKit.check(Ex0303.self) },
    StudentAnswer(exercise: .training) { try ExerciseKit.check(Ex0304.self) },
    StudentAnswer(exercise: .moments) { try ExerciseKit.check(Ex0401.self) },
    StudentAnswer(exercise: .parameters) { try ExerciseKit.check(Ex0402.self) },
    StudentAnswer(exercise: .ownLayer) { try ExerciseKit.check(Ex0403.self) },
    StudentAnswer(exercise: .composed) { try ExerciseKit.check(Ex0501.self) },
    StudentAnswer(exercise: .learnedMax) { try ExerciseKit.check(Ex0502.self) },
    StudentAnswer(exercise: .ownWrapper) { try ExerciseKit.check(Ex0503.self) },
    StudentAnswer(exercise: .clipCall) { try ExerciseKit.check(Ex0504.self) },
    StudentAnswer(exercise: .batchNormFolding) { try ExerciseKit.check(Ex0601.self) },
    StudentAnswer(exercise: .placement) { try ExerciseKit.check(Ex0602.self) },
    StudentAnswer(exercise: .codesLeft) { try ExerciseKit.check(Ex0603.self) },
    StudentAnswer(exercise: .multiplier) { try ExerciseKit.check(Ex0701.self) },
    StudentAnswer(exercise: .requantized) { try ExerciseKit.check(Ex0702.self) },
    StudentAnswer(exercise: .layerSensitivity) { try ExerciseKit.check(Ex0703.self) },
  ]

  /// The answer to the exercise called `id`, such as `01.1`, or nil if there is no such exercise.
  public static func of(_ id: String) -> StudentAnswer? { all.first { $0.exercise.id == id } }
}
