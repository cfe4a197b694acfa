import Foundation
import Testing
import Weaver

@Suite struct GlossaryTests {
  private static let page = """
    # Glossary

    | word | meaning |
    | :--- | :--- |
    | <a id="lsq"></a>LSQ, learned step | A scale that is trained. |
    | <a id="zero-point"></a>zero point | The *code* that stands for real 0. |
    """

  @Test func `a term is found by each of its names, in small letters or capitals`() {
    let glossary = Glossary(Self.page)
    #expect(glossary.problems == [])
    #expect(glossary.entry(of: "Zero Point")?.anchor == "zero-point")
    #expect(glossary.entry(of: "Learned step") == glossary.entry(of: "LSQ"))
    #expect(glossary.entry(of: "LSQ")?.meaning == "A scale that is trained.")
    #expect(glossary.entry(of: "zero") == nil)
  }

  @Test(arguments: [
    ("| zero point | A. |", "zero point cannot be linked to; write <a id=\"zero-point\"></a>zero point"),
    ("| <a id=\"z\"></a>zero point | A. |", "write <a id=\"zero-point\"></a>zero point"),
    ("| <a id=\"b\"></a>b, lsq | A. |", "lsq has another row; remove one"),
    ("| <a id=\"b\"></a>b | |", "a row is | term | meaning |; mend it"),
  ])
  func `a row that nobody can link to is named with its line`(_ row: String, _ problem: String) {
    let page = Self.page.split(separator: "\n", omittingEmptySubsequences: false).dropLast() + [row[...]]
    let problems = Glossary(page.joined(separator: "\n")).problems
    #expect(problems.count == 1 && problems[0].hasSuffix(problem), "\(problems)")
    #expect(problems.first?.hasPrefix("Documentation/Glossary.md:6: ") == true)
  }

  @Test func `a checkout without the page has no terms`() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/swift-qat-\(UUID())"
    #expect(try Glossary(root: folder).entries.isEmpty)
  }
}
