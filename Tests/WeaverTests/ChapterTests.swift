import Charting
import LessonKit
import Support
import Testing
import Weaver

@Suite struct ChapterTests {
  private static let lines = [
    "//: # 1. A title", "//: It took {{n}} steps. @Fig-a shows @ex-01.1 and @lesson-02.", "",
    "let a = 1", "show(a, \"a\")", "claim(a == 1, \"one\")", "",
    "figure(\"fig-a\", caption: \"See {{n}}.\", alt: \"A line.\") { chart(1) }", "",
    "//: The end, $x^2$.", "endLesson()",
  ]
  private static let figures = "/// A chart.\nfunc chart(_ x: Int) -> Chart {\n  Chart(marks: [])\n}"
  private static let chart = Chart(marks: [.line(x: [0, 1], y: [0, 1])])
  private static let events: [Event] = [
    Event(line: 1, .bind(name: "n", text: "12")), Event(line: 5, .show(label: "a", text: "1")),
    Event(line: 6, .claim(text: "one", holds: true)),
    Event(line: 8, .figure(id: "fig-a", caption: "See {{n}}.", alt: "A line.", chart)),
  ]
  private static let catalog = LessonCatalog(
    lessons: ["lesson-01", "lesson-02"], exercises: ["01.1"],
    glossary: Glossary(
      "| <a id=\"zero-point\"></a>zero point | A code. |\n| <a id=\"lsq\"></a>LSQ | A step. |"))

  private func weave(
    lines: [String] = lines, events: [Event] = events, catalog: LessonCatalog = catalog
  ) throws -> Chapter {
    let source = LessonSource(name: "lesson-01", text: lines.joined(separator: "\n"), figures: Self.figures)
    let record = RunRecord(
      lesson: "lesson-01", sourceHash: source.hash, profile: .smoke, seed: 1, data: "none")
    let all = [Event(line: 1, .begin(record))] + events + [Event(line: 11, .end)]
    return try Chapter(source, log: EventLog(try Self.encoded(all), name: "log"), catalog: catalog)
  }

  @Test func `passages and results stand in the order of the source`() throws {
    let chapter = try weave()
    let expected = [
      "# 1. A title", "It took 12 steps. [Figure 1.1](#fig-a) shows [exercise 01.1]",
      "(../../Lessons/Exercises/Ex0101.swift) and [lesson 2](../lesson-02/README.md).",
      "```swift\nlet a = 1\nshow(a, \"a\")\n```", "```text\na = 1\n```", "> ✓ one", "![A line.](fig-a.png)",
      "**Figure 1.1.** See 12.",
      "```swift\nfigure(\"fig-a\", caption: \"See {{n}}.\", alt: \"A line.\") { chart(1) }\n\n\(Self.figures)\n```",
      "The end, $x^2$.", "SHA-256 of the two, one after the other, `", "Figures `fig-a`",
    ]
    var rest = Substring(chapter.markdown)
    for part in expected {
      let range = try #require(rest.firstRange(of: part), "\(part)")
      rest = rest[range.upperBound...]
    }
    #expect(chapter.title == "1. A title")
    #expect(chapter.markdown.hasPrefix("# 1. A title\n"))
  }

  @Test func `the files that a chapter calls and does not show are listed at its end`() throws {
    let footer = try weave(
      catalog: LessonCatalog(
        lessons: ["lesson-01", "lesson-02"], exercises: ["01.1"],
        companions: ["lesson-01": ["Bytes.swift", "Models.swift"], "lesson-02": ["Other.swift"]]))
    #expect(
      footer.markdown.contains(
        "Called, and not shown: [`Bytes.swift`](../../Lessons/lesson-01/Bytes.swift), "
          + "[`Models.swift`](../../Lessons/lesson-01/Models.swift).<br>\nSHA-256"))
    #expect(!(try weave().markdown.contains("not shown")))
  }

  @Test func `a term is linked at its first use and where it is explained`() throws {
    let prose = "[[Zero points|zero point]], a [[*zero point*]], [[zero point]]; [[LSQ]], [[LSQ]], `[[Int]]`."
    let chapter = try weave(lines: Self.lines.map { $0.replacing("The end", with: prose) })
    let page = "../../Documentation/Glossary.md"
    #expect(
      chapter.markdown.contains(
        "[Zero points](\(page)#zero-point), a [*zero point*](\(page)#zero-point), zero point; "
          + "[LSQ](\(page)#lsq), LSQ, `[[Int]]`."))
  }

  @Test func `a chapter leads to the chapters before and after it, and to the contents`() throws {
    let chapter = try weave()
    #expect(
      chapter.markdown.hasSuffix("\n\n[Contents](../README.md) · [Lesson 2 →](../lesson-02/README.md)\n"))
    let last = LessonCatalog(lessons: ["lesson-02", "lesson-01"], exercises: ["01.1"])
    #expect(
      try weave(catalog: last).markdown.hasSuffix(
        "[← Lesson 2](../lesson-02/README.md) · [Contents](../README.md)\n"))
  }

  @Test(arguments: [
    ("{{n}}", "{{m}}", "{{m}} is not bound"), ("@Fig-a", "@fig-z", "@fig-z refers to no figure"),
    ("@ex-01.1", "@ex-01.9", "@ex-01.9 refers to no exercise"),
    ("@lesson-02", "@lesson-09", "@lesson-09 refers to no lesson"),
    ("$x^2$", #"$\foo$"#, #"cannot show \foo"#),
    ("The end", "In /home/me/x", "a path of this machine"),
    ("The end", "[[grid]]", "the glossary lacks grid"),
  ])
  func `mistakes in the prose are errors that name the line`(
    _ part: String, _ mistake: String, _ message: String
  ) throws {
    let lines = Self.lines.map { $0.replacing(part, with: mistake) }
    let error = try #require(throws: WeaverError.self) { try weave(lines: lines) }
    #expect(error.description.contains(message), "\(error)")
    #expect(error.location.hasPrefix("Lessons/lesson-01/main.swift"))
  }

  @Test func `a path of this machine in a figure or a table is an error`() throws {
    let line = Mark.line(x: [0, 1], y: [0, 1])
    let figure = Chart(title: "loss\n/home/me/net", marks: [line])
    let graph = Chart(marks: [.graph(nodes: [.init("a", "/srv/checkout/a", kind: .layer)], edges: [])])
    let catalog = LessonCatalog(
      lessons: Self.catalog.lessons, exercises: Self.catalog.exercises,
      machinePaths: MachinePaths(own: ["/srv/checkout"]))
    for (chart, path) in [(figure, "/home/me/net"), (graph, "/srv/checkout/a")] {
      let drawn = Event(line: 8, .figure(id: "fig-a", caption: "See {{n}}.", alt: "A line.", chart))
      let error = try #require(throws: WeaverError.self) {
        try weave(events: Self.events.dropLast() + [drawn], catalog: catalog)
      }
      #expect(error.location.hasSuffix(":8") && error.message.contains(path), "\(error)")
    }
    let table = TextTable(columns: ["file"], rows: [["/srv/checkout/net.safetensors"]])
    let shown = [Event(line: 5, .table(title: "", table))]
    #expect(throws: WeaverError.self) {
      try weave(events: Self.events.dropLast() + shown + Self.events.suffix(1), catalog: catalog)
    }
  }

  @Test func `a number that no prose names is an error`() throws {
    let error = try #require(throws: WeaverError.self) {
      try weave(events: Self.events + [Event(line: 9, .bind(name: "unused", text: "3"))])
    }
    #expect(error.description.contains("no prose and no caption names {{unused}}"))
  }

  @Test func `a number that a caption alone names is no error, though the run has put it in`() throws {
    let lines = Self.lines.map { $0.replacing("It took {{n}} steps.", with: "It took steps.") }
    let drawn = Event(line: 8, .figure(id: "fig-a", caption: "See 12.", alt: "A line.", Self.chart))
    let chapter = try weave(lines: lines, events: Self.events.dropLast() + [drawn])
    #expect(chapter.markdown.contains("**Figure 1.1.** See 12."))
  }

  @Test func `a number bound twice is an error that names both lines`() throws {
    let again = Event(line: 4, .bind(name: "n", text: "12"))
    let error = try #require(throws: WeaverError.self) { try weave(events: [Self.events[0], again]) }
    #expect(error.location.hasSuffix(":4") && error.message.contains("{{n}} was bound at line 1"), "\(error)")
  }

  @Test func `a number bound by a loop has its last value`() throws {
    let chapter = try weave(events: [Event(line: 1, .bind(name: "n", text: "11"))] + Self.events)
    #expect(chapter.markdown.contains("It took 12 steps."))
  }

  @Test(arguments: [8, 9]) func `a figure drawn twice is an error that names both lines`(_ line: Int) throws {
    let again = Event(line: line, .figure(id: "fig-a", caption: "{{n}}", alt: "A line.", Self.chart))
    let error = try #require(throws: WeaverError.self) { try weave(events: Self.events + [again]) }
    #expect(error.location.hasSuffix(":\(line)") && error.message.contains("drawn at line 8"), "\(error)")
  }

  @Test func `a figure that was not drawn is an error`() throws {
    let error = try #require(throws: WeaverError.self) { try weave(events: Array(Self.events.dropLast())) }
    #expect(error.description.contains("figure fig-a was not drawn"))
  }

  @Test func `events of another source are refused`() throws {
    let source = LessonSource(
      name: "lesson-01", text: Self.lines.joined(separator: "\n") + "\n", figures: Self.figures)
    let record = RunRecord(lesson: "lesson-01", sourceHash: "0", profile: .smoke, seed: 1, data: "none")
    let log = try EventLog(
      Self.encoded([Event(line: 1, .begin(record)), Event(line: 11, .end)]), name: "log")
    #expect(throws: WeaverError.self) { try Chapter(source, log: log, catalog: Self.catalog) }
  }

  @Test func `a source that cannot be taken apart is refused`() throws {
    let lines = Self.lines.map { $0.replacing("chart(1)", with: "curve(1)") }
    let error = try #require(throws: WeaverError.self) { try weave(lines: lines) }
    #expect(error.location == "Lessons/lesson-01/main.swift:8")
    #expect(error.message.contains("Figures.swift has no function"))
  }

  @Test func `a log without its end is refused`() throws {
    let record = RunRecord(lesson: "lesson-01", sourceHash: "0", profile: .smoke, seed: 1, data: "none")
    let bytes = try Self.encoded([Event(line: 1, .begin(record))])
    let error = try #require(throws: WeaverError.self) { try EventLog(bytes, name: "log") }
    #expect(error.description.contains("endLesson()"))
    #expect(throws: WeaverError.self) { try EventLog(Array("{}\n".utf8), name: "log") }
    #expect(throws: WeaverError.self) { try EventLog([], name: "log") }
  }

  @Test func `a chapter is stale once its source changes`() throws {
    let chapter = try weave().markdown
    let same = LessonSource(
      name: "lesson-01", text: Self.lines.joined(separator: "\n"), figures: Self.figures)
    let changed = LessonSource(
      name: "lesson-01", text: Self.lines.joined(separator: "\n") + " ", figures: Self.figures)
    #expect(Footer.staleness(of: chapter, source: same) == nil)
    #expect(Footer.staleness(of: chapter, source: changed)?.contains("swift run book") == true)
    let more = Footer.staleness(of: chapter, source: same, companions: ["Bytes.swift"])
    #expect(more?.contains("names other files") == true)
    let listed = try weave(
      catalog: LessonCatalog(
        lessons: ["lesson-01", "lesson-02"], exercises: ["01.1"], companions: ["lesson-01": ["Bytes.swift"]])
    ).markdown
    #expect(Footer.staleness(of: listed, source: same, companions: ["Bytes.swift"]) == nil)
    #expect(Footer.staleness(of: listed, source: same)?.contains("names other files") == true)
  }

  private static func encoded(_ events: [Event]) throws -> [UInt8] { try Event.log(events) }
}
