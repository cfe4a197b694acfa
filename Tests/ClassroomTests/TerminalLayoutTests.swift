import Classroom
import ExerciseChecks
import ExerciseKit
import Testing

@Suite struct TerminalLayoutTests {
  @Test func `long lines are wrapped at spaces and indented`() {
    let layout = TerminalLayout(columns: 12)
    #expect(layout.wrapped("one two three four", indent: 2) == ["  one two", "  three four"])
    #expect(layout.wrapped("a\n\nb", indent: 1) == [" a", "", " b"])
    #expect(layout.wrapped("averyveryverylongword") == ["averyveryverylongword"])
  }

  @Test func `signs are coloured only where colour is wanted`() {
    for status in ExerciseStatus.allCases {
      #expect(TerminalLayout().sign(status) == status.sign)
      let colored = TerminalLayout(isColored: true).sign(status)
      #expect(colored.contains(status.sign))
      if status != .notBegun, status != .notChecked { #expect(colored.hasPrefix("\u{1B}[")) }
    }
  }

  @Test func `every status has its own sign`() {
    #expect(Set(ExerciseStatus.allCases.map(\.sign)).count == ExerciseStatus.allCases.count)
  }

  @Test func `a report fits into eighty columns and names the hint`() {
    let cause = String(repeating: "a cause of many words ", count: 20)
    let finding = Finding(
      "f", observation: "asked \u{1B}[2Jand given", likelyCause: cause, section: "lesson 1, \"A\"")
    let report = TerminalLayout().report(Assessment(.quantize, .wrong, finding))
    for line in report.split(separator: "\n") { #expect(line.count <= 80) }
    #expect(report.contains("Stuck? swift run qat hint 01.3"))
    #expect(!report.contains("\u{1B}"), "what a student's code says must not clear the screen")
  }

  @Test func `progress names the number of right answers and the next exercise`() {
    let statuses: [ExerciseStatus] = [.right, .wrong]
    let assessments = Exercise.all.enumerated().map { index, exercise in
      Assessment(exercise, index < statuses.count ? statuses[index] : .notBegun)
    }
    let lines = Progress(assessments).lines(on: TerminalLayout())
    #expect(lines[0].hasPrefix("lesson 1  ✓ ✗ ○") && lines[0].hasSuffix("1 of 3"))
    #expect(lines.last?.hasPrefix("1 of \(Exercise.all.count) right. Next: 01.2, the zero point.") == true)
    let all = Progress(Exercise.all.map { Assessment($0, .right) }).lines(on: TerminalLayout())
    #expect(all.last?.hasSuffix("That is all of them.") == true)
  }

  @Test func `what the compiler shows is cut, not wrapped, and its mark stays below its place`() throws {
    for before in [10, 60, 200] {
      let code = String(repeating: "a ", count: before / 2) + "wrong" + String(repeating: " b", count: 100)
      let mark =
        String(repeating: " ", count: before)
        + "`- error: cannot find 'wrong' in scope, and more words than fit"
      let excerpt = ["11 |   {", "12 | \(code)", "   | \(mark)", "13 |   }"]
      let finding = Finding(
        "does-not-compile", observation: (["Ex0101.swift:12: cannot find"] + excerpt).joined(separator: "\n"),
        likelyCause: "It is the only error.", section: "lesson 1")
      let report = TerminalLayout().report(Assessment(.scale, .doesNotCompile, finding))
      let lines = report.split(separator: "\n")
      for line in lines { #expect(line.count <= 80) }
      let source = try #require(lines.first { $0.hasPrefix("  12 |") })
      let pointer = try #require(lines.first { $0.hasPrefix("     |") })
      let place = try #require(source.firstRange(of: "wrong"))
      let tick = try #require(pointer.firstIndex(of: "`"))
      #expect(
        source.distance(from: source.startIndex, to: place.lowerBound)
          == pointer.distance(from: pointer.startIndex, to: tick))
    }
  }

  @Test func `a short excerpt stays as it is`() {
    let lines: [Substring] = ["11 |   {", "12 |\ty", "   | `- error"]
    #expect(CompilerExcerpt(lines).lines(fitting: 40) == ["11 |   {", "12 | y", "   | `- error"])
  }
}
