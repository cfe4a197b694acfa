import LessonKit
import Support

/// A woven chapter, taken apart for the site: its text, with marks that HTML needs and Markdown has no words for.
package struct WovenChapter: Hashable, Sendable {
  /// A figure of the chapter.
  package struct Figure: Hashable, Sendable {
    /// The name of the figure, such as `fig-fence`.
    package let name: String
    /// The number, such as `1.5`.
    package let number: String
    /// The caption, in Markdown, without the number.
    package let caption: String
    /// The text for readers who do not see it, as it stands in Markdown.
    package let alt: String
  }

  /// The lesson, such as `lesson-01`.
  package let lesson: String
  /// The title, such as `1. Uniform mapping and scale`.
  package let title: String
  /// The figures, in order.
  package let figures: [Figure]
  /// The text, from the first paragraph to the footer: Markdown with elements of HTML around figures and claims.
  package let markdown: String

  /// Takes a chapter apart that `book` wove.
  ///
  /// - Parameters:
  ///   - text: The chapter.
  ///   - lesson: The lesson, such as `lesson-01`.
  ///   - practice: What stands at the end of the exercises' section, in Markdown.
  /// - Throws: ``SiteError`` if it is no such chapter.
  package init(_ text: String, lesson: String, practice: String = "") throws(SiteError) {
    self.lesson = lesson
    let page = "output/\(lesson)/README.md"
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard let heading = lines.firstIndex(where: { $0.hasPrefix("# ") }),
      let footer = lines.lastIndex(where: { $0.hasPrefix("Woven by ") }),
      let end = lines[footer...].firstIndex(where: { $0.isEmpty })
    else { throw SiteError("\(page) is no woven chapter; run `swift run book weave \(lesson)`") }
    title = String(lines[heading].dropFirst(2))
    // After the footer stand links to the neighbours and the chapter's seal: the site has its own.
    lines = Array(lines[(heading + 1)..<end])
    var parser = Parser(lines: lines, lesson: lesson, practice: practice)
    parser.parse()
    (markdown, figures) = (parser.output.joined(separator: "\n") + "\n", parser.figures)
    if let figure = parser.figureWithoutCaption {
      throw SiteError("\(page): \(figure) has no caption of its own; run `swift run book weave \(lesson)`")
    }
  }

  /// Goes through the lines of a chapter.
  private struct Parser {
    let lines: [String]
    let lesson: String
    let practice: String
    var output: [String] = []
    var figures: [Figure] = []
    var figureWithoutCaption: String?
    var index = 0

    init(lines: [String], lesson: String, practice: String) {
      (self.lines, self.lesson, self.practice) = (lines, lesson, practice)
    }

    mutating func parse() {
      var isInCode = false
      var isInExercises = false
      while index < lines.count {
        let line = lines[index]
        if line.hasPrefix("```") { isInCode.toggle() }
        if isInCode {
          output.append(line)
        } else if let name = line.wholeMatch(of: /<a id="(fig-[^"]+)"><\/a>/)?.1 {
          addFigure(String(name))
        } else if line.hasPrefix("> ✓") || line.hasPrefix("> ✗") {
          addClaims()
        } else {
          if isInExercises, line.hasPrefix("## ") || line == "---" {
            output += [practice, ""]
            isInExercises = false
          }
          isInExercises = isInExercises || line == "## Exercises"
          output.append(line == "---" ? "<div class=\"colophon\">\n" : line)
        }
        index += 1
      }
      output += ["", "</div>"]
    }

    /// An anchor, an image and a caption, as one element.
    private mutating func addFigure(_ name: String) {
      let image = lines.dropFirst(index + 1).first?.wholeMatch(of: /!\[(.*)\]\(([^)]+)\)/)
      let caption = lines.dropFirst(index + 3).first?.wholeMatch(of: /\*\*Figure ([\d.]+)\.\*\* (.*)/)
      guard let image, let caption, let number = caption.1.split(separator: " ").first else {
        figureWithoutCaption = figureWithoutCaption ?? name
        return
      }
      let figure = Figure(
        name: name, number: String(number), caption: String(caption.2), alt: String(image.1))
      figures.append(figure)
      output += [
        "<figure id=\"\(name)\" class=\"figure\" data-figure=\"\(lesson)/\(name)\">",
        "<div class=\"plate\"><img src=\"figures/\(lesson)/\(name).png\" alt=\"\(HTMLText.escaped(figure.alt))\"></div>",
        "<div class=\"touch\"></div>", "<figcaption>", "",
        "**Figure \(figure.number).** \(figure.caption)", "", "</figcaption>", "</figure>",
      ]
      index += 3
    }

    /// The statements that a run checked, one after the other, as a list.
    private mutating func addClaims() {
      output += ["<div class=\"claims\">", ""]
      while index < lines.count, lines[index].hasPrefix("> ") {
        let line = lines[index].dropFirst(2)
        output.append("- " + (line.hasSuffix("<br>") ? line.dropLast(4) : line))
        index += 1
      }
      output += ["", "</div>", ""]
      index -= 1
    }
  }
}
