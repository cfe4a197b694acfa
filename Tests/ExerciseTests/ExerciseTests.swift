import ExerciseKit
import Testing

@testable import examiner

// A suite for each exercise, so that `swift test --filter Ex0101Tests` checks just that one.

@Suite(.exercise(.scale)) struct Ex0101Tests {
  @Test func yourScaleIsRight() async throws { try await StudentAnswer.judge(.scale) }
}

@Suite(.exercise(.zeroPoint)) struct Ex0102Tests {
  @Test func yourZeroPointIsRight() async throws { try await StudentAnswer.judge(.zeroPoint) }
}

@Suite(.exercise(.quantize)) struct Ex0103Tests {
  @Test func yourQuantizeIsRight() async throws { try await StudentAnswer.judge(.quantize) }
}

@Suite(.exercise(.sqnr)) struct Ex0201Tests {
  @Test func yourRatioIsRight() async throws { try await StudentAnswer.judge(.sqnr) }
}

@Suite(.exercise(.channelScales)) struct Ex0202Tests {
  @Test func yourScalesAreRight() async throws { try await StudentAnswer.judge(.channelScales) }
}

@Suite(.exercise(.halving)) struct Ex0203Tests {
  @Test func yourHalvesAreRight() async throws { try await StudentAnswer.judge(.halving) }
}

@Suite(.exercise(.bestThreshold)) struct Ex0204Tests {
  @Test func yourThresholdIsRight() async throws { try await StudentAnswer.judge(.bestThreshold) }
}

@Suite(.exercise(.fakeQuantize)) struct Ex0301Tests {
  @Test func yourFakeQuantizeIsRight() async throws { try await StudentAnswer.judge(.fakeQuantize) }
}

@Suite(.exercise(.straightThrough)) struct Ex0302Tests {
  @Test func yourGradientsAreRight() async throws { try await StudentAnswer.judge(.straightThrough) }
}

@Suite(.exercise(.movingAverage)) struct Ex0303Tests {
  @Test func yourAverageIsRight() async throws { try await StudentAnswer.judge(.movingAverage) }
}

@Suite(.exercise(.training)) struct Ex0304Tests {
  @Test func yourWeightsAreRight() async throws { try await StudentAnswer.judge(.training) }
}

@Suite(.exercise(.moments)) struct Ex0401Tests {
  @Test func yourMomentsAreRight() async throws { try await StudentAnswer.judge(.moments) }
}

@Suite(.exercise(.parameters)) struct Ex0402Tests {
  @Test func yourParametersAreRight() async throws { try await StudentAnswer.judge(.parameters) }
}

@Suite(.exercise(.ownLayer)) struct Ex0403Tests {
  @Test func yourLayerIsRight() async throws { try await StudentAnswer.judge(.ownLayer) }
}

@Suite(.exercise(.composed)) struct Ex0501Tests {
  @Test func yourClipIsRight() async throws { try await StudentAnswer.judge(.composed) }
}

@Suite(.exercise(.learnedMax)) struct Ex0502Tests {
  @Test func yourStepIsRight() async throws { try await StudentAnswer.judge(.learnedMax) }
}

@Suite(.exercise(.ownWrapper)) struct Ex0503Tests {
  @Test func yourWrapperIsRight() async throws { try await StudentAnswer.judge(.ownWrapper) }
}

@Suite(.exercise(.clipCall)) struct Ex0504Tests {
  @Test func yourCallIsRight() async throws { try await StudentAnswer.judge(.clipCall) }
}

@Suite(.exercise(.batchNormFolding)) struct Ex0601Tests {
  @Test func yourKernelAndBiasAreRight() async throws { try await StudentAnswer.judge(.batchNormFolding) }
}

@Suite(.exercise(.placement)) struct Ex0602Tests {
  @Test func yourPlacesAreRight() async throws { try await StudentAnswer.judge(.placement) }
}

@Suite(.exercise(.codesLeft)) struct Ex0603Tests {
  @Test func yourCountsAreRight() async throws { try await StudentAnswer.judge(.codesLeft) }
}

@Suite(.exercise(.multiplier)) struct Ex0701Tests {
  @Test func yourMultipliersAreRight() async throws { try await StudentAnswer.judge(.multiplier) }
}

@Suite(.exercise(.requantized)) struct Ex0702Tests {
  @Test func yourCodesAreRight() async throws { try await StudentAnswer.judge(.requantized) }
}

@Suite(.exercise(.layerSensitivity)) struct Ex0703Tests {
  @Test func yourLayersAreRight() async throws { try await StudentAnswer.judge(.layerSensitivity) }
}

@Suite struct AttemptTests {
  @Test func everyExerciseHasAnAttempt() {
    #expect(StudentAnswer.all.map(\.exercise) == Exercise.all)
  }
}
