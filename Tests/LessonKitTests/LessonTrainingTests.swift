import LessonKit
import Testing

/// A training begins behind its text: a cell that trains begins with `announce`.
@Suite struct LessonTrainingTests {
  /// The lines of a lesson's text at which a training is not announced.
  private func lines(_ text: String) -> [String] {
    let problems = LessonSource(name: "lesson-07", text: text).problems
    for problem in problems { #expect(problem.message.contains("write announce(\"…\")")) }
    return problems.map { $0.location.replacing("Lessons/lesson-07/main.swift:", with: "") }
  }

  private static let functions = """
    func trained(_ x: Int) -> Int {
      trainer
        .fit(x)
    }
    @MainActor
    func twice(_ x: Int) -> Int { trained(trained(x)) }
    func harmless(_ x: Int) -> Int {
      // trained(x) and trainer.fit(x) are for later
      x
    }

    """

  @Test(arguments: [
    "let loss = trainer.fit(x)", "try trainer\n  .fit(x)", "_ = trained(1)",
    "let both = [1, 2].map { twice($0) }",
    "show(twice(1), \"loss\")", "claim(trained(1) < 1, \"it learned\")",
  ])
  func `a training without an announcement in its cell is a problem`(_ statement: String) {
    #expect(lines(Self.functions + "let a = 1\n" + statement) == ["12"])
    #expect(lines(Self.functions + "announce(\"a\")\nlet a = 1\n" + statement) == [])
    #expect(lines(Self.functions + "announce(\"a\")\n\n" + statement) == ["13"], "another cell")
    #expect(lines(Self.functions + statement + "\nannounce(\"a\")") == ["11"], "too late")
  }

  @Test(arguments: [
    "let a = harmless(1)", "let a = model.trained(1)", "let a = untrained(1)", "// trained(1)",
    "final class Trainee {\n  func train() { trainer.fit(1) }\n}",
  ])
  func `what trains nothing needs no announcement`(_ statement: String) {
    #expect(lines(Self.functions + statement) == [])
  }

  @Test func `a cell of several trainings is one problem`() {
    #expect(
      lines(Self.functions + "let a = trained(1)\nlet b = trained(2)\n\nlet c = trained(3)") == ["11", "14"])
  }
}
