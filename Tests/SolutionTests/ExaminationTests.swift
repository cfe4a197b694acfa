import ExerciseChecks
import ExerciseKit
import Foundation
import Solutions
import Testing

/// What is told when an answer is wrong at one question and gives nothing at another.
@Suite struct ExaminationTests {
  /// An answer that gives nothing once a request contains some text.
  private func answer(_ observed: ObservedAnswer, silentAt text: String) -> Remote {
    Remote { request in
      if String(decoding: request, as: UTF8.self).contains(text) { throw NoObservation() }
      return try observed.reply(to: request)
    }
  }

  private enum Truncated: Exercise0103 {
    static func quantize(_ x: Float, scale: Float, zeroPoint: Int) -> Int8 {
      Int8(min(max((x / scale).rounded(.towardZero) + Float(zeroPoint), -128), 127))
    }
  }

  @Test func `what was wrong first is told first, and a later question without a reply is named`() throws {
    let finding = try #require(
      Judge.findings(of: .quantize, in: answer(observed(Truncated.self), silentAt: "inf")).first)
    #expect(finding.id == "truncated" && finding.figure == nil)
    #expect(
      finding.observation.hasPrefix("quantize(-0.27, scale: 0.1, zeroPoint: 10) should be 7; yours gave 8."))
    #expect(
      finding.observation.hasSuffix(" Later, quantize(inf, scale: 0.1, zeroPoint: 10) gave no answer at all.")
    )
  }

  @Test func `where nothing was wrong before, the question without a reply is all there is to tell`() {
    let verdict = Verdict(
      of: .quantize, in: answer(observed(Solution0103.self), silentAt: "inf"))
    #expect(verdict == .ended(question: "quantize(inf, scale: 0.1, zeroPoint: 10)"))
  }

  @Test func `a point of the picture without a reply is named, and no picture is drawn`() throws {
    let whole = try Judge.findings(of: .quantize, in: Remote(observed(Truncated.self)))
    #expect(whole.first?.figure != nil)
    let finding = try #require(
      Judge.findings(of: .quantize, in: answer(observed(Truncated.self), silentAt: "-13.25")).first)
    #expect(finding.id == "truncated" && finding.figure == nil)
    #expect(
      finding.observation.hasSuffix(
        " Later, quantize(-13.25, scale: 0.1, zeroPoint: 0) gave no answer at all.")
    )
  }

  @Test func `an answer that is silent before it was wrong twice gets no name`() throws {
    let silent = answer(observed(Truncated.self), silentAt: "0.75")
    let finding = try #require(Judge.findings(of: .quantize, in: silent).first)
    #expect(finding.id == "wrong-value")
  }

  @Test func `a crash is explained by what Swift says of it`() {
    func cause(_ exercise: Exercise, _ words: String) -> String {
      Sandbox.finding(
        for: exercise, endedBy: 4, standardError: Array("Swift/File.swift:1: Fatal error: \(words)\n".utf8)
      ).likelyCause
    }
    #expect(cause(.ownLayer, "Index out of range").contains("no inputShape[1]"))
    #expect(cause(.sqnr, "Index out of range").hasPrefix("An index beyond the end of a list crashes"))
    #expect(cause(.scale, "Index out of range").hasPrefix("A list has no element at that index"))
    #expect(cause(.quantize, "Index out of range") != Exercise.quantize.crashes[.number])
    let tooLarge = "Float value cannot be converted to Int8 because the result would be greater than Int8.max"
    #expect(cause(.quantize, tooLarge) == Exercise.quantize.crashes[.number])
    #expect(cause(.sqnr, tooLarge).hasPrefix("Arithmetic on integers"))
    #expect(cause(.ownWrapper, "made: shapes differ") == Exercise.ownWrapper.crashes[.refusal])
    #expect(cause(.scale, "my own words") == "Which line can say that?")
  }
}
