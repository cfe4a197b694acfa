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

  @Test func `the full stop after a reference stays`() {
    #expect(Reference.replace(in: "See @fig-a. And @ex-01.2.") { _ in "X" } == "See X. And X.")
  }

  @Test func `at signs and braces that refer to nothing stay`() {
    let text = "me@home.org, @MainActor, { {x} }, @ex-1"
    #expect(Reference.replace(in: text) { _ in "X" } == text)
  }
}
