import ExerciseChecks
import ExerciseKit
import Platform
import Solutions
import Testing

// Each answer here would end or stop the test run if its child process did not contain it.

@Suite struct SandboxTests {
  @Test func `a crash ends only the child and is reported with its question`() async throws {
    let child = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        Sandbox.run { try check(Wrong0103.Crashing.self) }
      })
    let finding = try finding(for: .quantize, child)
    #expect(finding.id == "crashed")
    // 11.8 / 0.1 + 10 is 128, the first code asked for that leaves int8.
    #expect(finding.observation.hasPrefix("quantize(11.8, scale: 0.1, zeroPoint: 10) crashed."))
    #if DEBUG  // an optimized build traps without a word
      #expect(finding.observation.contains("Swift says: \"Float value cannot be converted to Int8 because"))
    #endif
    #expect(finding.likelyCause == Exercise.quantize.crashes[.number])
  }

  @Test func `a crash at the last question ends only the child`() async throws {
    let halved = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        Sandbox.run { try check(Wrong0203.Crashing.self) }
      })
    #expect(try finding(for: .halving, halved).observation.hasPrefix("halved(\(Int.max)) crashed."))
    let faked = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        Sandbox.run { try check(Wrong0301.Crashing.self) }
      })
    let observation = try finding(for: .fakeQuantize, faked).observation
    #expect(observation.hasPrefix("fakeQuantize(1e+30, low: 0.0, high: 6.0, bits: 4) crashed."))
  }

  @Test func `a refusal by the toolkit is quoted`() async throws {
    let child = try #require(
      await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        Sandbox.run { try check(Wrong0403.Silent.self) }
      })
    let finding = try finding(for: .ownLayer, child)
    #expect(finding.id == "crashed")
    #expect(finding.observation.contains("does not say what it computes: override call(_:training:)"))
    #expect(finding.likelyCause == Exercise.ownLayer.crashes[.refusal])
  }

  @Test func `an endless loop is ended by the alarm`() async throws {
    let child = try #require(
      await #expect(processExitsWith: .signal(SIGALRM), observing: [\.standardErrorContent]) {
        Sandbox.run(seconds: 1) { try check(Wrong0203.Endless.self) }
      })
    #expect(try finding(for: .halving, child).id == "endless")
  }

  @Test func `a child that comes to the end says so, whatever it found`() async {
    await #expect(processExitsWith: .exitCode(Sandbox.finished)) {
      Sandbox.run { try check(Solution0103.self) }
    }
    await #expect(processExitsWith: .exitCode(Sandbox.finished)) {
      Sandbox.run { throw Todo("01.3") }
    }
  }

  @Test func `an answer that leaves the program does not count as right`() async throws {
    let child = try #require(
      await #expect(processExitsWith: .exitCode(3), observing: [\.standardErrorContent]) {
        Sandbox.run { exit(3) }
      })
    let finding = Sandbox.finding(
      for: .scale, endedBy: nil, standardError: child.standardErrorContent)
    #expect(finding.id == "left")
  }

  private func finding(for exercise: Exercise, _ child: ExitTest.Result) throws -> Finding {
    guard case .signal(let signal) = child.exitStatus else {
      throw NoSignal(status: child.exitStatus)
    }
    return Sandbox.finding(for: exercise, endedBy: signal, standardError: child.standardErrorContent)
  }

  private struct NoSignal: Error { let status: ExitStatus }
}
