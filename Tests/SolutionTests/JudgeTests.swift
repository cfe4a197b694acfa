import ExerciseChecks
import ExerciseKit
import Foundation
import Solutions
import Testing

/// What comes from an answer's process is anything: the judge compares it, and nothing more.
@Suite struct JudgeTests {
  @Test func `every exercise has a judge`() { #expect(Judge.exercises == Set(Exercise.all)) }

  @Test func `what floats cannot be written as goes through a line of JSON, to the bit`() throws {
    let values: [Float] = [0, -0.0, 0.1, .infinity, -.infinity, .leastNonzeroMagnitude, 1.0000001, 3e38]
    let line = try values.json()
    #expect(!line.contains(UInt8(ascii: "\n")))
    #expect(try [Float](json: line).map(\.bitPattern) == values.map(\.bitPattern))
    #expect(try Float(json: Float.nan.json()).isNaN)
    #expect(try String(json: "a\nb".json()) == "a\nb" && !"a\nb".json().contains(UInt8(ascii: "\n")))
  }

  /// Replies that no honest answer gives: numbers are replaced by others, lists by shorter and longer ones.
  private static let odd: [@Sendable (String) -> String] =
    [
      "\"nan\"", "\"inf\"", "\"-inf\"", "9223372036854775807", "-9223372036854775808", "2147483647",
      "-2147483648", "12345", "3e38",
    ].map { number in { $0.replacing(/-?\d+(\.\d+)?(e[-+]?\d+)?/) { _ in number } } } + [
      { $0.replacing(/\[[^\[\]]*\]/) { _ in "[]" } },
      { $0.replacing(/\[([^\[\],]+)[^\[\]]*\]/) { "[\($0.1)]" } },
      { $0.replacing(/\[([^\[\]]+)\]/) { "[\($0.1),\($0.1),\($0.1)]" } },
      { _ in "" }, { _ in "null" }, { _ in "{\"findings\":[]}" }, { _ in "[[[[" },
      { _ in String(repeating: "[", count: 100_000) },
    ]
  private static let firstUnchanged = 9
  private static let firstGarbage = 12

  @Test(arguments: Solution.all)
  func `whatever an answer's process gives, the judge lives, and calls only right what is`(
    _ solution: Solution
  ) throws {
    for (number, change) in Self.odd.enumerated() {
      // All replies, and some of them, so that a change comes at any question and at the points of a picture.
      for (modulus, rest) in [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (3, 2)] {
        let answer = Remote { request in
          let reply = String(decoding: try solution.observed.reply(to: request), as: UTF8.self)
          let isHonest = request.reduce(0) { $0 + Int($1) } % modulus != rest
          return Data((isHonest ? reply : change(reply)).utf8)
        }
        let verdict = Verdict(of: solution.exercise, in: answer)
        let isNoObservation = if case .ended = verdict { true } else { false }
        if modulus == 1, number >= Self.firstGarbage { #expect(isNoObservation, "\(number): \(verdict)") }
        if modulus == 1, number < Self.firstUnchanged, solution.givesNumbers {
          #expect(verdict != .findings([]), "\(number)")
        }
      }
    }
  }

  @Test func `an error that an answer throws is told, and its Todo is no mistake`() throws {
    enum Throwing: Exercise0203 {
      struct Tired: Error {}
      static func halved(_ sum: Int) throws -> Int { throw Tired() }
    }
    enum Waiting: Exercise0203 {
      static func halved(_ sum: Int) throws -> Int { throw Todo("02.3") }
    }
    #expect(Verdict(of: .halving, in: Remote(observed(Throwing.self))) == .threw("Tired()"))
    #expect(Verdict(of: .halving, in: Remote(observed(Waiting.self))) == .unsolved)
  }

  @Test func `a question that gets no reply is named`() throws {
    let verdict = Verdict(of: .halving, in: Remote { _ in throw NoObservation() })
    guard case .ended(let question?) = verdict else {
      Issue.record("\(verdict)")
      return
    }
    #expect(question.hasPrefix("halved("))
  }
}

extension Solution {
  /// True if what it gives are numbers, and no words.
  fileprivate var givesNumbers: Bool {
    ![.moments, .ownWrapper, .clipCall, .placement, .layerSensitivity].contains(exercise)
  }
}
