import Support

extension LessonSource.Passage {
  /// A paragraph of prose: the lines between two blank ones, or a heading.
  struct Paragraph: Hashable, Sendable {
    /// Its first line in `main.swift`, counted from 1.
    let line: Int
    /// Its Markdown.
    var text: String

    /// True if it asks the reader for a prediction.
    var asksForPrediction: Bool { text.contains("**Predict:**") }
  }

  /// The paragraphs of a passage of prose, in order.
  var paragraphs: [Paragraph] {
    var paragraphs: [Paragraph] = []
    var isOpen = false
    for (offset, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let isHeading = line.hasPrefix("#")
      if line.allSatisfy(\.isWhitespace) {
        isOpen = false
      } else if isOpen, !isHeading {
        paragraphs[paragraphs.count - 1].text += "\n" + line
      } else {
        paragraphs.append(Paragraph(line: lines.lowerBound + offset, text: String(line)))
        isOpen = !isHeading
      }
    }
    return paragraphs
  }
}

extension LessonSource {
  /// A part of a lesson under a heading of its own.
  public struct Section: Hashable, Sendable {
    /// Its place in the lesson: 0 for what stands before the first `##`.
    public let number: Int
    /// Its heading, without marks.
    public let title: String
    /// The lines of `main.swift` that belong to it, counted from 1.
    public let lines: ClosedRange<Int>
  }

  /// The lesson's beginning, and its parts under headings of the second level.
  public var sections: [Section] {
    let prose = Prose(terminal: Terminal(columns: 80, isColored: false))
    let headings = passages.filter { $0.kind == .prose }.flatMap(\.paragraphs).filter {
      $0.text.hasPrefix("## ")
    }
    let starts = [1] + headings.map(\.line)
    let titles = [title] + headings.map { prose.lines($0.text).joined(separator: " ") }
    return starts.indices.map { index in
      let end = index + 1 < starts.count ? starts[index + 1] - 1 : Int.max
      return Section(number: index, title: titles[index], lines: starts[index]...max(starts[index], end))
    }
  }

  /// The section with a number, or with a text in its title, whatever its capitals.
  ///
  /// - Throws: ``SectionError`` if none fits, or several do.
  package func section(named name: String) throws(SectionError) -> Section {
    let sections = sections
    if let number = Int(name) {
      guard let section = sections.first(where: { $0.number == number }) else {
        throw SectionError(name: name, isAmbiguous: false, sections: sections)
      }
      return section
    }
    let wanted = name.lowercased()
    if let section = sections.first(where: { $0.title.lowercased() == wanted }) { return section }
    let found = sections.filter { $0.title.lowercased().contains(wanted) }
    guard found.count == 1, !wanted.isEmpty else {
      throw SectionError(name: name, isAmbiguous: !found.isEmpty, sections: found.isEmpty ? sections : found)
    }
    return found[0]
  }
}

/// A name that fits no section of a lesson, or several.
package struct SectionError: Error, Hashable, CustomStringConvertible {
  /// What the reader asked for.
  let name: String
  /// True if several sections fit.
  let isAmbiguous: Bool
  /// Those that fit, or else all that there are.
  let sections: [LessonSource.Section]

  /// The problem, and below it the sections, a line each.
  package var description: String {
    let list = sections.map { "\n  \($0.number < 10 ? " " : "")\($0.number)  \($0.title)" }.joined()
    return "--section \(name): " + (isAmbiguous ? "several sections have" : "no section has")
      + " that; name one by number or title:\(list)"
  }
}
