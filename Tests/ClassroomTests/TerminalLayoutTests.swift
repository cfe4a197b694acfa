import Classroom
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
}
