import Support

/// A line of progress that never wraps: what does not fit is left out, the least important first.
struct ProgressLine {
  private let heading: String
  private var parts: [(text: String, importance: Int)] = []

  init(_ heading: String) { self.heading = heading }

  /// Adds parts at the end; of equally important ones the last is left out first.
  mutating func add(_ texts: [String], importance: Int) {
    parts += texts.map { ($0, importance) }
  }

  /// The columns it takes, with two spaces before each part.
  var width: Int { parts.reduce(heading.terminalWidth) { $0 + 2 + $1.text.terminalWidth } }

  /// Leaves out parts until the line fits; of the heading alone, its beginning.
  func fitted(to columns: Int) -> ProgressLine {
    var line = self
    while line.width > columns {
      let least = line.parts.map(\.importance).min()
      guard let victim = line.parts.lastIndex(where: { $0.importance == least }) else {
        return ProgressLine(String(heading.prefix(max(0, columns))))
      }
      line.parts.remove(at: victim)
    }
    return line
  }

  /// The text, with a bar behind the heading if there is one.
  func text(bar: String? = nil) -> String {
    ([heading] + (bar.map { [$0] } ?? []) + parts.map(\.text)).joined(separator: "  ")
  }
}
