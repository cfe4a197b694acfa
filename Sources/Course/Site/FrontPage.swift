/// The front page: what the book is, its chapters with their questions, and the other pages.
struct FrontPage: Sendable {
  /// The page.
  let page: SitePage

  /// Makes the page.
  ///
  /// - Parameters:
  ///   - chapters: The chapters, in order.
  ///   - questions: The question that each chapter answers, by the chapter's name.
  ///   - others: The pages that are no chapters.
  ///   - forms: The whole book in other forms.
  init(chapters: [SitePage], questions: [String: String], others: [SitePage], forms: [BookForm]) {
    let rows = chapters.map { chapter in
      let question = questions[chapter.name].map { "\n<p>\(HTMLText.inline($0))</p>" } ?? ""
      return "<li><a href=\"\(chapter.file)\">\(HTMLText.inline(chapter.title))</a>\(question)</li>"
    }
    let pages = others.filter { !$0.inContents.isEmpty }.map {
      "<li><a href=\"\($0.file)\">\(HTMLText.escaped($0.title))</a>: \(HTMLText.escaped($0.inContents))</li>"
    }
    let files = forms.map { "<li><a href=\"\($0.file)\">\($0.title)</a>: the whole book in one file</li>" }
    page = SitePage(
      name: "index", title: SiteTemplate.book,
      body: """
        <h1>\(SiteTemplate.book)</h1>
        <p class="lead">How a neural network whose numbers are 32-bit floats learns to live with 8-bit integers, and fewer. \
        Every chapter is a program: the numbers and figures in it were computed by the code beside them.</p>
        <h2 id="chapters">Chapters</h2>
        <ol class="contents">
        \(rows.joined(separator: "\n"))
        </ol>
        <h2 id="more">And beside them</h2>
        <ul class="more">
        \((pages + files).joined(separator: "\n"))
        </ul>
        <p>In a clone of the repository, <code>swift run lesson-01</code> runs the first chapter in a terminal, where you can change a line and run it again.</p>
        """)
  }
}
