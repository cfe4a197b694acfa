import ExerciseKit

/// The reference solution of an exercise, with the wrong answers that its check must recognise.
public struct Solution: Sendable {
  /// The exercise.
  public let exercise: Exercise
  /// Wrong answers, each named for its misunderstanding.
  public let wrongAnswers: [WrongAnswer]
  /// Checks the reference solution as a student's answer would be.
  public let check: @Sendable () throws -> [Finding]

  private init(
    _ exercise: Exercise, _ wrongAnswers: [WrongAnswer], _ check: @escaping @Sendable () throws -> [Finding]
  ) {
    (self.exercise, self.wrongAnswers, self.check) = (exercise, wrongAnswers, check)
  }

  /// Every solution, in the order of `Exercise.all`.
  public static let all = [
    Solution(.scale, Wrong0101.all) { try ExerciseKit.check(Solution0101.self) },
    Solution(.zeroPoint, Wrong0102.all) { try ExerciseKit.check(Solution0102.self) },
    Solution(.quantize, Wrong0103.all) { try ExerciseKit.check(Solution0103.self) },
    Solution(.sqnr, Wrong0201.all) { try ExerciseKit.check(Solution0201.self) },
    Solution(.channelScales, Wrong0202.all) { try ExerciseKit.check(Solution0202.self) },
    Solution(.halving, Wrong0203.all) { try ExerciseKit.check(Solution0203.self) },
    Solution(.bestThreshold, Wrong0204.all) { try ExerciseKit.check(Solution0204.self) },
    Solution(.fakeQuantize, Wrong0301.all) { try ExerciseKit.check(Solution0301.self) },
    Solution(.straightThrough, Wrong0302.all) { try ExerciseKit.check(Solution0302.self) },
    Solution(.movingAverage, Wrong0303.all) { try ExerciseKit.check(Solution0303.self) },
    Solution(.training, Wrong0304.all) { try ExerciseKit.check(Solution0304.self) },
    Solution(.moments, Wrong0401.all) { try ExerciseKit.check(Solution0401.self) },
    Solution(.parameters, Wrong0402.all) { try ExerciseKit.check(Solution0402.self) },
    Solution(.ownLayer, Wrong0403.all) { try ExerciseKit.check(Solution0403.self) },
    Solution(.composed, Wrong0501.all) { try ExerciseKit.check(Solution0501.self) },
    Solution(.learnedMax, Wrong0502.all) { try ExerciseKit.check(Solution0502.self) },
    Solution(.ownWrapper, Wrong0503.all) { try ExerciseKit.check(Solution0503.self) },
    Solution(.clipCall, Wrong0504.all) { try ExerciseKit.check(Solution0504.self) },
    Solution(.batchNormFolding, Wrong0601.all) { try ExerciseKit.check(Solution0601.self) },
    Solution(.placement, Wrong0602.all) { try ExerciseKit.check(Solution0602.self) },
    Solution(.codesLeft, Wrong0603.all) { try ExerciseKit.check(Solution0603.self) },
    Solution(.multiplier, Wrong0701.all) { try ExerciseKit.check(Solution0701.self) },
    Solution(.requantized, Wrong0702.all) { try ExerciseKit.check(Solution0702.self) },
    Solution(.layerSensitivity, Wrong0703.all) { try ExerciseKit.check(Solution0703.self) },
  ]
}

/// A wrong answer, and the finding that must recognise it.
public struct WrongAnswer: Sendable {
  /// The name of the finding expected.
  public let expectedFinding: String
  /// Checks the answer as a student's would be.
  public let check: @Sendable () throws -> [Finding]

  init(_ expectedFinding: String, _ check: @escaping @Sendable () throws -> [Finding]) {
    (self.expectedFinding, self.check) = (expectedFinding, check)
  }
}
