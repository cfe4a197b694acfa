import LessonKit
import Testing

@Suite struct ReferenceTests {
  private func references(in text: String) -> [Reference] {
    var found: [Reference] = []
    _ = Reference.replace(in: text) { reference in
      found.append(reference)
      return ""
    }
    return found
  }

  @Test func `every kind of reference is found in a text`() {
    #expect(
      references(in: "{{n}} is in @fig-a-2, as @Fig-b. See @lesson-02, @ex-01.2. @Lesson-03.") == [
        .number("n"), .figure(id: "fig-a-2", isCapitalized: false), .figure(id: "fig-b", isCapitalized: true),
        .lesson("lesson-02", isCapitalized: false), .exercise("01.2"),
        .lesson("lesson-03", isCapitalized: true),
      ])
  }

  @Test func `the last page is referred to by its name`() {
    #expect(
      references(in: "@the-end, @The-end. @the-endless") == [
        .lesson("the-end", isCapitalized: false), .lesson("the-end", isCapitalized: true),
      ])
    #expect(LessonSource.spokenName("the-end", isCapitalized: true) == "The end")
  }

  @Test func `a term is marked where it is explained and where it is used`() {
    let text =
      "A [[*zero point*]], [[*codes*|code]], [[zero\npoint]], [[Codes|code]] and [[per-channel|per channel]]."
    let marks = references(in: text).compactMap { if case .term(let mark) = $0 { mark } else { nil } }
    #expect(marks.map(\.term) == ["zero point", "code", "zero point", "code", "per channel"])
    #expect(marks.map(\.shown) == ["zero point", "codes", "zero point", "Codes", "per-channel"])
    #expect(marks.map(\.isExplanation) == [true, true, false, false, false])
  }

  @Test(arguments: [
    "`[[Float]]`", "[[1, 2], [3]]", "[[]]", "[[a|b|c]]", "[[*a]]", "[[a ]]", "[[a\u{300}*b]]",
  ])
  func `brackets in code and brackets around anything else are no marks`(_ text: String) {
    #expect(references(in: text) == [])
    #expect(Reference.replace(in: text) { _ in "X" } == text)
  }

  @Test func `the full stop after a reference stays`() {
    #expect(Reference.replace(in: "See @fig-a. And @ex-01.2.") { _ in "X" } == "See X. And X.")
  }

  @Test func `at signs and braces that refer to nothing stay`() {
    let text = "me@home.org, @MainActor, { {x} }, @ex-1"
    #expect(Reference.replace(in: text) { _ in "X" } == text)
  }
}
