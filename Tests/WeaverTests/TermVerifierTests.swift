import LessonKit
import Testing
import Weaver

/// Lessons of one passage each, whose prose begins in line 2.
@Suite struct TermVerifierTests {
  private static let glossary = Glossary(
    """
    | <a id="code"></a>code | An integer. |
    | <a id="zero-point"></a>zero point | A code. |
    | <a id="pact"></a>PACT | A learned range. |
    | <a id="lsq"></a>LSQ, learned step | A learned scale. |
    | <a id="annotate"></a>annotate | To mark. |
    """)

  private func problems(_ prose: String...) -> [String] {
    let sources = prose.enumerated().map { index, text in
      let lines = ("# A title\n" + text).split(separator: "\n", omittingEmptySubsequences: false)
      return LessonSource(
        name: "lesson-0\(index + 1)", text: lines.map { "//: \($0)" }.joined(separator: "\n"))
    }
    let verifier = TermVerifier(sources, glossary: Self.glossary)
    return sources.flatMap { verifier.problems(in: $0.name) }
  }

  private func place(_ lesson: Int, _ line: Int) -> String { "Lessons/lesson-0\(lesson)/main.swift:\(line)" }

  @Test func `a term that is explained and then used is no problem`() {
    #expect(problems("A [[*code*]] is small.\nTwo [[codes|code]].", "More [[Codes|code]] and codes.") == [])
  }

  @Test func `a marked term before the lesson that explains it is named with both places`() {
    #expect(
      problems("a\n[[zero\npoint]]", "A [[*zero point*]].") == [
        "\(place(1, 3)): zero point is explained later, at \(place(2, 2)); explain it here, or say it without"
      ])
  }

  @Test(arguments: [
    "the zero point", "Zero points", "a zero-point", "zero\npoint", "that is PACT.", "(PACT)",
    "an annotated layer",
    "a learned step", "**PACT?**",
  ])
  func `an unmarked word before the lesson that explains it is named once`(_ words: String) {
    let later = "[[*zero point*]] [[*PACT*]] [[*annotate*]] [[*LSQ*]]"
    let found = problems("a\n\(words), \(words)", later)
    #expect(found.count == 1 && found[0].hasPrefix("\(place(1, 3)): "), "\(found)")
    #expect(found.first?.contains("is explained later, at \(place(2, 2))") == true)
  }

  @Test(arguments: [
    "a zero. Point", "zero, point", "a pact", "`annotate`", "$PACT$", "[PACT](https://a.b/PACT)", "{{PACT}}",
    "https://a.b/PACT", "annotator", "learned  a step",
  ])
  func `code, formulas, titles of pages and other words are no uses`(_ words: String) {
    #expect(problems("a\n\(words)", "[[*zero point*]] [[*PACT*]] [[*annotate*]] [[*LSQ*]]") == [])
  }

  @Test func `a term that is explained twice is named at its second place, by whichever name`() {
    let found = problems("[[*LSQ*]]", "a [[*learned step*]]")
    #expect(
      found == [
        "\(place(2, 2)): learned step is explained at \(place(1, 2)) already; write [[learned step]] in one of them"
      ])
  }

  @Test func `a term that the glossary lacks, or that no lesson explains, is named`() {
    let found = problems("[[*grid*]]\n[[code]]")
    #expect(
      found == [
        "\(place(1, 2)): the glossary lacks grid; add its row to Documentation/Glossary.md",
        "\(place(1, 3)): no lesson explains code; mark where one does by [[*code*]], or take the mark away",
      ])
  }

  @Test func `brackets that begin no mark are named, but not those in code`() {
    let found = problems("`[[Int]]` and\n[[a, b]]")
    #expect(found.count == 1 && found[0].hasPrefix("\(place(1, 3)): [[ begins no mark of a term"))
  }
}
