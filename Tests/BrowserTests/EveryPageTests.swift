import Foundation
import Site
import TestSupport
import Testing

/// Every page of the site, as a browser sees it: each is loaded once, looked at in both themes and at two widths.
@Suite(.enabled(if: BuiltSite.isPossible, BuiltSite.needs))
struct EveryPageTests {
  /// What was found on a page.
  struct Finding: Sendable {
    let page: String
    let facts: PageFacts
    let problems: [String]
    let lowContrasts: [String]
    /// The elements that reach beyond the window, by its width.
    let overflowing: [Int: [String]]
  }

  private static let survey = Task {
    var findings: [Finding] = []
    let browser = try Browser.shared
    for page in try BuiltSite.pages {
      findings.append(try await look(at: page, with: browser))
    }
    return findings
  }

  private static func look(at page: String, with browser: Browser) async throws -> Finding {
    try await browser.exclusively { browser in
      try browser.resize(width: 1600)
      try browser.prefer(dark: false)
      try browser.open(BuiltSite.address(page))
      let facts = try browser.evaluate(PageFacts.script, as: PageFacts.self)
      // What is folded is text as well.
      try browser.run("document.querySelectorAll('details').forEach((fold) => { fold.open = true })")
      var low = try browser.evaluate(PageFacts.lowContrasts, as: [String].self).map { "light: \($0)" }
      try browser.prefer(dark: true)
      low += try browser.evaluate(PageFacts.lowContrasts, as: [String].self).map { "dark: \($0)" }
      try browser.prefer(dark: false)
      var overflowing: [Int: [String]] = [:]
      for width in [320, 1600] {
        try browser.resize(width: width)
        overflowing[width] = try browser.evaluate(PageFacts.overflowing, as: [String].self)
      }
      return Finding(
        page: page, facts: facts, problems: browser.problems, lowContrasts: low, overflowing: overflowing)
    }
  }

  private func findings() async throws -> [Finding] { try await Self.survey.value }

  @Test func `there is a page for every lesson, and the console of none complains`() async throws {
    let lessons = try FileManager.default.contentsOfDirectory(atPath: "\(Checkout.root)/Lessons").filter {
      FileManager.default.fileExists(atPath: "\(Checkout.root)/Lessons/\($0)/main.swift")
    }
    let findings = try await findings()
    #expect(Set(findings.map(\.page)).isSuperset(of: lessons.map { "\($0).html" } + ["index.html"]))
    for finding in findings { #expect(finding.problems == [], "\(finding.page)") }
  }

  @Test func `every link leads to a file of the site, and to an element of it`() async throws {
    let findings = try await findings()
    let ids = Dictionary(uniqueKeysWithValues: findings.map { ($0.page, Set($0.facts.ids)) })
    for finding in findings {
      #expect(Set(finding.facts.ids).count == finding.facts.ids.count, "\(finding.page) has an id twice")
      for link in finding.facts.links where !link.contains("://") && !link.hasPrefix("data:") {
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init)
        let file = parts[0].isEmpty ? finding.page : parts[0].removingPercentEncoding ?? parts[0]
        #expect(
          FileManager.default.fileExists(atPath: try "\(BuiltSite.path)/\(file)"), "\(finding.page): \(link)")
        if parts.count == 2, let targets = ids[file] {
          #expect(targets.contains(parts[1].removingPercentEncoding ?? ""), "\(finding.page): \(link)")
        }
      }
    }
  }

  @Test func `formulas are set and images drawn`() async throws {
    let findings = try await findings()
    #expect(findings.map(\.facts.formulas).reduce(0, +) > 100)
    for finding in findings {
      #expect(finding.facts.invisibleFormulas == 0, "\(finding.page)")
      #expect(finding.facts.brokenImages == [], "\(finding.page)")
    }
  }

  @Test func `a screen reader finds landmarks, names, alternative texts and headings in order`() async throws
  {
    for finding in try await findings() {
      let facts = finding.facts
      #expect(facts.mains == 1 && facts.language == "en" && !facts.title.isEmpty, "\(finding.page)")
      #expect(facts.silentImages == [], "\(finding.page)")
      #expect(facts.namelessControls == [], "\(finding.page)")
      #expect(facts.headings.first == 1 && facts.headings.filter { $0 == 1 }.count == 1, "\(finding.page)")
      for (rank, next) in zip(facts.headings, facts.headings.dropFirst()) {
        #expect(next <= rank + 1, "\(finding.page): a heading of rank \(next) follows one of rank \(rank)")
      }
    }
  }

  @Test func `text can be read in light and in dark`() async throws {
    for finding in try await findings() { #expect(finding.lowContrasts == [], "\(finding.page)") }
  }

  @Test func `nothing reaches beyond a window of 320 or 1600 pixels`() async throws {
    for finding in try await findings() {
      for (width, elements) in finding.overflowing { #expect(elements == [], "\(finding.page) at \(width)") }
    }
  }
}
