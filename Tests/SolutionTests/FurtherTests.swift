import ExerciseChecks
import ExerciseKit
import Foundation
import Solutions
import Testing

/// What is told of wrong answers that nobody foresaw is true of them.
@Suite struct FurtherTests {
  @Test func `every exercise has further wrong answers, and all together have hundreds`() {
    #expect(FurtherAnswer.all.count >= 200)
    for exercise in Exercise.all {
      #expect(FurtherAnswer.all.count { $0.observed.exercise == exercise } >= 15, "\(exercise.id)")
    }
  }

  @Test(arguments: Solution.all)
  func `a further wrong answer is found, and gets no name but one that is true of it`(_ solution: Solution)
    throws
  {
    for answer in FurtherAnswer.all where answer.observed.exercise == solution.exercise {
      let findings = try answer.check()
      #expect(findings.count == 1, "\(answer.name) is taken for right")
      for finding in findings where finding.id != "wrong-value" {
        #expect(answer.truths.contains(finding.id), "\(answer.name): \(finding)")
      }
    }
  }

  @Test(arguments: Solution.all)
  func `an answer that is wrong at one question, and right at all others, gets no name`(
    _ solution: Solution
  ) async throws {
    let (stream, recorder) = AsyncStream<Data>.makeStream()
    let recorded = Remote { request in
      recorder.yield(request)
      return try solution.observed.reply(to: request)
    }
    #expect(try Judge.findings(of: solution.exercise, in: recorded) == [])
    recorder.finish()
    // The first questions about a layer are about its weights: a list of them says in words what is missing.
    let inWords = [Exercise.ownLayer: 2, .ownWrapper: 1][solution.exercise] ?? 0
    let aboutWeights: Set = [
      "weights-in-init", "no-weight", "too-many-weights", "one-gain", "wrong-shape", "another-name",
      "not-trainable",
      "starts-elsewhere", "super-forgotten", "made-late",
    ]
    let wrongAnswers = solution.wrongAnswers.filter { !aboutWeights.contains($0.expectedFinding) }
    var (number, found) = (0, 0)
    for await question in stream {
      defer { number += 1 }
      guard number >= inWords else { continue }
      // Another one is tried first at each question, up to the first that this question tells from the right answer.
      for offset in wrongAnswers.indices {
        let wrong = wrongAnswers[(number + offset) % wrongAnswers.count]
        let answer = Remote { try ($0 == question ? wrong.observed : solution.observed).reply(to: $0) }
        let findings = try Judge.findings(of: solution.exercise, in: answer)
        #expect(findings.allSatisfy { $0.id == "wrong-value" }, "\(wrong.expectedFinding): \(findings)")
        found += findings.count
        if !findings.isEmpty { break }
      }
    }
    #expect(found > 0, "no question told a wrong answer from the right one")
  }
}
