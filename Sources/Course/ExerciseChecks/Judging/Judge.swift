import ExerciseKit

/// The checks of all exercises, for answers that run anywhere.
package enum Judge {
  private static let checks: [Exercise: @Sendable (Remote) throws -> [Finding]] = [
    .scale: { _ in try check(Remote0101.self) },
    .zeroPoint: { _ in try check(Remote0102.self) },
    .quantize: { _ in try check(Remote0103.self) },
    .sqnr: { _ in try check(Remote0201.self) },
    .channelScales: { _ in try check(Remote0202.self) },
    .halving: { _ in try check(Remote0203.self) },
    .bestThreshold: { _ in try check(Remote0204.self) },
    .fakeQuantize: { _ in try check(Remote0301.self) },
    .straightThrough: { _ in try check(Remote0302.self) },
    .movingAverage: { _ in try check(Remote0303.self) },
    .training: { _ in try check(Remote0304.self) },
    .moments: { _ in try check(Remote0401.self) },
    .parameters: { _ in try check(Remote0402.self) },
    .ownLayer: check0403,
    .composed: { _ in try check(Remote0501.self) },
    .learnedMax: { _ in try check(Remote0502.self) },
    .ownWrapper: check0503,
    .clipCall: check0504,
    .batchNormFolding: { _ in try check(Remote0601.self) },
    .placement: { _ in try check(Remote0602.self) },
    .codesLeft: { _ in try check(Remote0603.self) },
    .multiplier: { _ in try check(Remote0701.self) },
    .requantized: { _ in try check(Remote0702.self) },
    .layerSensitivity: { _ in try check(Remote0703.self) },
    .islands: { _ in try check(Remote0801.self) },
    .spread: { _ in try check(Remote0802.self) },
    .bitBudget: { _ in try check(Remote0803.self) },
    .ties: { _ in try check(Remote0901.self) },
    .parting: { _ in try check(Remote0902.self) },
    .powersOfTwo: { _ in try check(Remote0903.self) },
    .unpacked: { _ in try check(Remote1001.self) },
    .rawScales: { _ in try check(Remote1002.self) },
    .refusedLayers: { _ in try check(Remote1003.self) },
    .equalized: { _ in try check(Remote1101.self) },
    .correctedBias: { _ in try check(Remote1102.self) },
    .upOrDown: { _ in try check(Remote1103.self) },
  ]

  /// The exercises that it can judge.
  package static var exercises: Set<Exercise> { Set(checks.keys) }

  /// Asks an answer the questions of its exercise, and compares what it gives with what is right.
  ///
  /// - Returns: Nothing, or the first mistake.
  /// - Throws: what the answer throws, or `NoObservation` where its process gives none.
  package static func findings(of exercise: Exercise, in answer: Remote) throws -> [Finding] {
    guard let check = checks[exercise] else { throw NoObservation() }
    return try Remote.$current.withValue(answer) { try check(answer) }
  }
}
