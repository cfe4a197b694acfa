import CProcess
import Foundation
import Layers
import Support
import Tensors
import TestSupport
import Testing
import Training

/// Ctrl-C, each time in a process of its own.
@Suite struct InterruptTests {
  /// Trains, and presses Ctrl-C after each of the given steps.
  private static func fit(_ trainer: Trainer, pressingAfter steps: Set<Int>) throws -> History {
    var ended = false
    let probe = Probe { run in if steps.contains(run.stepsTaken) { raise(SIGINT) } }
    probe.onRunEnd = { _ in ended = true }
    let history = try trainer.fit(
      TinyTraining.examples, epochs: 3, batchSize: TinyTraining.batchSize, callbacks: [probe])
    #expect(ended)
    return history
  }

  @Test func `the first interrupt ends the training after the step`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let (interrupted, stopped) = (TinyTraining.trainer(.adam), TinyTraining.trainer(.adam))
      let history = try InterruptTests.fit(interrupted, pressingAfter: [6])
      #expect(history.wasInterrupted)
      #expect("\(history)".hasSuffix("\ninterrupted with Ctrl-C"))
      #expect(history.epochs.count == 1)
      #expect(interrupted.optimizer.step == 6)
      try stopped.fit(
        TinyTraining.examples, epochs: 3, batchSize: TinyTraining.batchSize,
        callbacks: [Probe.atStep(6) { $0.stop() }])
      #expect(interrupted.model.weights.map(\.value.values) == stopped.model.weights.map(\.value.values))
    }
  }

  @Test func `an interrupt in an epoch's last step lets the epoch finish`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [8])
      #expect(history.wasInterrupted)
      #expect(history.epochs.count == 2)
    }
  }

  @Test func `an interrupt in the very last step interrupts nothing`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [12])
      #expect(!history.wasInterrupted)
      #expect(history.epochs.count == 3)
    }
  }

  @Test func `the training after an interrupted one is not interrupted`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let trainer = TinyTraining.trainer(.adam)
      _ = try InterruptTests.fit(trainer, pressingAfter: [2])
      let history = try InterruptTests.fit(trainer, pressingAfter: [])
      #expect(!history.wasInterrupted && history.epochs.count == 3)
    }
  }

  @Test func `the second interrupt ends the process`() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      let probe = Probe.atStep(6) { _ in for _ in 0..<2 { raise(SIGINT) } }
      try TinyTraining.trainer(.adam).fit(
        TinyTraining.examples, epochs: 3, batchSize: TinyTraining.batchSize, callbacks: [probe])
    }
  }

  @Test func `an interrupt after a training ends the process`() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      _ = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [])
      raise(SIGINT)
    }
  }

  /// The program's handler is called while `fit` runs, and `fit` continues.
  @Test func `a program that handles interrupts itself continues to do so`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      signal(SIGINT) { _ in signal(SIGINT) { _ in _exit(7) } }
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [2])
      #expect(!history.wasInterrupted && history.epochs.count == 3)
      _ = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [2])
    }
  }

  @Test func `an interrupt handler that is set during a training stays`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      takeSignals()
      let probe = Probe.atStep(2) { _ in signal(SIGINT) { _ in _exit(7) } }
      try TinyTraining.trainer(.adam).fit(TinyTraining.examples, callbacks: [probe])
      raise(SIGINT)
    }
  }

  /// As a lesson does when it begins.
  @Test func `a program that wants to end at once is ended by an interrupt while it trains`() async {
    await #expect(processExitsWith: .signal(SIGINT)) {
      takeSignals()
      qat_interrupts_end_process()
      _ = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [2])
    }
  }

  /// Four threads watch and unwatch continuously, as trainings would; afterwards interrupts work as before.
  @Test func `trainings on several threads share the watch for interrupts`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        for _ in 0..<100_000 {
          qat_interrupts_watch()
          qat_interrupts_unwatch()
        }
      }
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [6])
      #expect(history.wasInterrupted)
    }
  }

  /// Examples that press Ctrl-C whenever a batch is taken, and count the batches.
  private final class Pressing: Examples {
    let count = 1000
    private(set) var batches = 0
    private let plain = TensorExamples.random(count: 1000, seed: 2)

    func batch(
      of indices: [Int], using generator: inout SeededGenerator
    ) -> (inputs: Tensor, targets: Targets) {
      batches += 1
      raise(SIGINT)
      return plain.batch(of: indices, using: &generator)
    }
  }

  @Test func `an interrupted validation ends after the batch, and its epoch is not in the history`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      let (trainer, validation) = (TinyTraining.trainer(.adam), Pressing())
      let stopping = EarlyStopping()
      let history = try trainer.fit(
        TinyTraining.examples, epochs: 3, batchSize: 12, validation: validation, callbacks: [stopping])
      #expect(history.wasInterrupted && history.epochs.isEmpty)
      #expect(validation.batches == 1)
      #expect(trainer.optimizer.step == 4)
    }
  }

  @Test func `a resumed training repeats the validation that was cut off`() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/run.safetensors"
    await #expect(processExitsWith: .success) { [path = path as String] in
      takeSignals()
      let presses = Probe.atStep(8) { _ in raise(SIGINT) }
      let outcome = try TinyRun(.adam).fit(path, callbacks: [presses])
      #expect(outcome.history.wasInterrupted && outcome.history.epochs.count == 1)
    }
    #expect(try TinyRun(.adam).fit(path) == TinyRun(.adam).fit())
  }

  /// As in a program that a script runs in the background.
  @Test func `a program that ignores interrupts continues to do so`() async {
    await #expect(processExitsWith: .success) {
      takeSignals()
      signal(SIGINT, SIG_IGN)
      let history = try InterruptTests.fit(TinyTraining.trainer(.adam), pressingAfter: [2])
      #expect(!history.wasInterrupted && history.epochs.count == 3)
    }
  }

  @Test func `the old interrupt handler is restored after an error`() async {
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
