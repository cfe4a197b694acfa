import ExerciseKit
import Exercises

/// A student's answer to an exercise, as it stands in `Lessons/Exercises`.
public struct StudentAnswer: Sendable {
  /// The exercise.
  public let exercise: Exercise
  /// Checks the answer; it may crash, or never end, so run it in a process of its own.
  public let check: @Sendable () throws -> [Finding]

  private init(_ exercise: Exercise, _ check: @escaping @Sendable () throws -> [Finding]) {
    (self.exercise, self.check) = (exercise, check)
  }

  /// Every answer, in the order of `Exercise.all`.
  ///
  /// A student's file that no longer declares its type is a compile error here. `Diagnostic` attributes it to the file,
  /// so each answer has a line of its own. `check` is named with its module, because a student's file may declare one.
  public static let all = [
    StudentAnswer(.scale) { try ExerciseKit.check(Ex0101.self) },
    StudentAnswer(.zeroPoint) { try ExerciseKit.check(Ex0102.self) },
    StudentAnswer(.quantize) { try ExerciseKit.check(Ex0103.self) },
    StudentAnswer(.sqnr) { try ExerciseKit.check(Ex0201.self) },
    StudentAnswer(.channelScales) { try ExerciseKit.check(Ex0202.self) },
    StudentAnswer(.halving) { try ExerciseKit.check(Ex0203.self) },
    StudentAnswer(.bestThreshold) { try ExerciseKit.check(Ex0204.self) },
    StudentAnswer(.fakeQuantize) { try ExerciseKit.check(Ex0301.self) },
    StudentAnswer(.straightThrough) { try ExerciseKit.check(Ex0302.self) },
    StudentAnswer(.movingAverage) { try ExerciseKit.check(Ex0303.self) },
    StudentAnswer(.training) { try ExerciseKit.check(Ex0304.self) },
    StudentAnswer(.moments) { try ExerciseKit.check(Ex0401.self) },
    StudentAnswer(.parameters) { try ExerciseKit.check(Ex0402.self) },
    StudentAnswer(.ownLayer) { try ExerciseKit.check(Ex0403.self) },
    StudentAnswer(.composed) { try ExerciseKit.check(Ex0501.self) },
    StudentAnswer(.learnedMax) { try ExerciseKit.check(Ex0502.self) },
    StudentAnswer(.ownWrapper) { try ExerciseKit.check(Ex0503.self) },
    StudentAnswer(.clipCall) { try ExerciseKit.check(Ex0504.self) },
    StudentAnswer(.batchNormFolding) { try ExerciseKit.check(Ex0601.self) },
    StudentAnswer(.placement) { try ExerciseKit.check(Ex0602.self) },
    StudentAnswer(.codesLeft) { try ExerciseKit.check(Ex0603.self) },
    StudentAnswer(.multiplier) { try ExerciseKit.check(Ex0701.self) },
    StudentAnswer(.requantized) { try ExerciseKit.check(Ex0702.self) },
    StudentAnswer(.layerSensitivity) { try ExerciseKit.check(Ex0703.self) },
  ]

  /// The answer to the exercise with an id such as `01.1`; nil if there is no such exercise.
  public static func of(_ id: String) -> StudentAnswer? { all.first { $0.exercise.id == id } }
}
