import Foundation
import Layers
import Tensors
import TestSupport
import Testing
import Training

/// Ctrl-C, each time in a process of its own.
@Suite struct InterruptTests {
  /// Trains, and presses Ctrl-C after each of these steps.
  private static func fit(_ trainer: Trainer, pressingAfter steps: Set<Int>) throws -> History {
    var ended = false
    let probe = Probe { run in if steps.contains(run.stepsTaken) { raise(SIGINT) } }
    probe.onRunEnd = { _ in ended = true }
    let history = try trainer.fit(
      TinyTraining.examples, epochs: 3, batchSize: TinyTraining.batchSize, callbacks: [probe])
    #expect(ended)
    return history
  }

  @Test func theFirstEndsTheTrainingAfterTheStep() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let (interrupted, stopped) = (TinyTraining.trainer(.adam), TinyTraining.trainer(.adam))
      let history = try InterruptTests.fit(interrupted, pressingAfter: [6])
      #expect(history.wasInterrupted)
      #expect(history.epochs.count == 1)
      #expect(interrupted.optimizer.step == 6)
      try stopped.fit(
        TinyTraining.examples, epochs: 3, batchSize: TinyTraining.batchSize,
        callbacks: [Probe.atStep(6) { $0.stop() }])
      #expect(interrupted.model.weights.map(\.value.values) == stopped.model.weights.map(\.value.values))
    }
  }

  @Test func afterTheLastStepOfAnEpochTheEpochIsFinished() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [8])
      #expect(history.wasInterrupted)
      #expect(history.epochs.count == 2)
    }
  }

  @Test func afterTheVeryLastStepNothingWasInterrupted() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [12])
      #expect(!history.wasInterrupted)
      #expect(history.epochs.count == 3)
    }
  }

  @Test func theNextTrainingIsNotInterrupted() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let trainer = TinyTraining.trainer(.adam)
      _ = try InterruptTests.fit(trainer, pressingAfter: [2])
      let history = try InterruptTests.fit(trainer, pressingAfter: [])
      #expect(!history.wasInterrupted && history.epochs.count == 3)
    }
  }

  @Test func theSecondEndsTheProcess() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      let probe = Probe.atStep(6) { _ in for _ in 0..<2 { raise(SIGINT) } }
      try TinyTraining.trainer(.adam).fit(
        TinyTraining.examples, epochs: 3, batchSize: TinyTraining.batchSize, callbacks: [probe])
    }
  }

  @Test func theOldHandlerIsBackAfterwards() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      signal(SIGINT) { _ in _exit(7) }
      _ = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [2])
      raise(SIGINT)
    }
  }

  /// As in a program that a script runs in the background.
  @Test func whereCtrlCIsIgnoredItStaysIgnored() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      signal(SIGINT, SIG_IGN)
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [2])
      #expect(!history.wasInterrupted && history.epochs.count == 3)
    }
  }

  @Test func theOldHandlerIsBackAfterAnErrorToo() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      let probe = Probe.atStep(2) { _ in throw CutOff() }
      #expect(throws: CutOff.self) {
        try TinyTraining.trainer(.adam).fit(TinyTraining.examples, callbacks: [probe])
      }
      raise(SIGINT)
    }
  }
}
