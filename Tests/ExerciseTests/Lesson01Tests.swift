import ExerciseKit
import Exercises
import Testing

// Each answer runs in a process of its own first, with an alarm: a crash or an endless loop there is a
// finding like any other, and the rest of the tests go on.

@Suite(.exercise(.scale)) struct Ex0101Tests {
  @Test func yourScaleIsRight() async throws {
    let outcome = await #expect(
      processExitsWith: .success, "your scale(min:max:bits:) crashed, or did not end"
    ) {
      Sandbox.begin()
      _ = try? check(Ex0101.self)
    }
    if outcome != nil { try Attempt.report(check(Ex0101.self), for: .scale) }
  }
}

@Suite(.exercise(.zeroPoint)) struct Ex0102Tests {
  @Test func yourZeroPointIsRight() async throws {
    let outcome = await #expect(
      processExitsWith: .success,
      "your zeroPoint(min:scale:) crashed: Int(…) of NaN or ∞ does; or it did not end"
    ) {
      Sandbox.begin()
      _ = try? check(Ex0102.self)
    }
    if outcome != nil { try Attempt.report(check(Ex0102.self), for: .zeroPoint) }
  }
}

@Suite(.exercise(.quantize)) struct Ex0103Tests {
  @Test func yourQuantizeIsRight() async throws {
    let outcome = await #expect(
      processExitsWith: .success,
      "your quantize crashed: Int8(…) traps outside −128…127, so limit the number first; or it did not end"
    ) {
      Sandbox.begin()
      _ = try? check(Ex0103.self)
    }
    if outcome != nil { try Attempt.report(check(Ex0103.self), for: .quantize) }
  }
}
