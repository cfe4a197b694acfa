import ExerciseChecks
import ExerciseKit

/// The reference solution of an exercise, with the wrong answers that its check must recognise.
public struct Solution: Sendable {
  /// The exercise.
  public let exercise: Exercise
  /// Wrong answers, each named for its misunderstanding.
  public let wrongAnswers: [WrongAnswer]
  /// The reference solution as its process would offer it to the judge.
  public let observed: ObservedAnswer
  private init(_ observed: ObservedAnswer, _ wrongAnswers: [WrongAnswer]) {
    exercise = observed.exercise
    (self.observed, self.wrongAnswers) = (observed, wrongAnswers)
  }

  /// Checks the reference solution as a student's answer would be.
  public func check() throws -> [Finding] { try Judge.findings(of: exercise, in: Remote(observed)) }

  /// Every solution, in the order of `Exercise.all`.
  public static let all = [
    Solution(ExerciseKit.observed(Solution0101.self), Wrong0101.all),
    Solution(ExerciseKit.observed(Solution0102.self), Wrong0102.all),
    Solution(ExerciseKit.observed(Solution0103.self), Wrong0103.all),
    Solution(ExerciseKit.observed(Solution0201.self), Wrong0201.all),
    Solution(ExerciseKit.observed(Solution0202.self), Wrong0202.all),
    Solution(ExerciseKit.observed(Solution0203.self), Wrong0203.all),
    Solution(ExerciseKit.observed(Solution0204.self), Wrong0204.all),
    Solution(ExerciseKit.observed(Solution0301.self), Wrong0301.all),
    Solution(ExerciseKit.observed(Solution0302.self), Wrong0302.all),
    Solution(ExerciseKit.observed(Solution0303.self), Wrong0303.all),
    Solution(ExerciseKit.observed(Solution0304.self), Wrong0304.all),
    Solution(ExerciseKit.observed(Solution0401.self), Wrong0401.all),
    Solution(ExerciseKit.observed(Solution0402.self), Wrong0402.all),
    Solution(ExerciseKit.observed(Solution0403.self), Wrong0403.all),
    Solution(ExerciseKit.observed(Solution0501.self), Wrong0501.all),
    Solution(ExerciseKit.observed(Solution0502.self), Wrong0502.all),
    Solution(ExerciseKit.observed(Solution0503.self), Wrong0503.all),
    Solution(ExerciseKit.observed(Solution0504.self), Wrong0504.all),
    Solution(ExerciseKit.observed(Solution0601.self), Wrong0601.all),
    Solution(ExerciseKit.observed(Solution0602.self), Wrong0602.all),
    Solution(ExerciseKit.observed(Solution0603.self), Wrong0603.all),
    Solution(ExerciseKit.observed(Solution0701.self), Wrong0701.all),
    Solution(ExerciseKit.observed(Solution0702.self), Wrong0702.all),
    Solution(ExerciseKit.observed(Solution0703.self), Wrong0703.all),
    Solution(ExerciseKit.observed(Solution0801.self), Wrong0801.all),
    Solution(ExerciseKit.observed(Solution0802.self), Wrong0802.all),
    Solution(ExerciseKit.observed(Solution0803.self), Wrong0803.all),
    Solution(ExerciseKit.observed(Solution0901.self), Wrong0901.all),
    Solution(ExerciseKit.observed(Solution0902.self), Wrong0902.all),
    Solution(ExerciseKit.observed(Solution0903.self), Wrong0903.all),
    Solution(ExerciseKit.observed(Solution1001.self), Wrong1001.all),
    Solution(ExerciseKit.observed(Solution1002.self), Wrong1002.all),
    Solution(ExerciseKit.observed(Solution1003.self), Wrong1003.all),
    Solution(ExerciseKit.observed(Solution1101.self), Wrong1101.all),
    Solution(ExerciseKit.observed(Solution1102.self), Wrong1102.all),
    Solution(ExerciseKit.observed(Solution1103.self), Wrong1103.all),
  ]
}

/// A wrong answer, and the finding that must recognise it.
public struct WrongAnswer: Sendable {
  /// The name of the finding expected.
  public let expectedFinding: String
  /// The answer as its process would offer it to the judge.
  public let observed: ObservedAnswer

  init(_ expectedFinding: String, _ observed: ObservedAnswer) {
    (self.expectedFinding, self.observed) = (expectedFinding, observed)
  }

  /// Checks the answer as a student's would be.
  public func check() throws -> [Finding] { try Judge.findings(of: observed.exercise, in: Remote(observed)) }
}
