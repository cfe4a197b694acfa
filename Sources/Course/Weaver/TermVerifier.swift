import LessonKit

/// Compares the terms that lessons mark with the glossary, and with the order of the lessons.
///
/// A term is explained by one lesson. An earlier lesson uses it neither marked nor unmarked; code, formulas and the
/// titles of linked pages do not count as uses.
public struct TermVerifier: Sendable {
  private let glossary: Glossary
  private let lessons: [LessonTerms]
  /// The first explanation of each term, by its anchor in the glossary.
  private let explanations: [String: Explanation]

  private struct Explanation: Sendable {
    let entry: Glossary.Entry
    /// The position of the lesson in the course.
    let lesson: Int
    let place: String
  }

  /// Creates a verifier of the lessons, given in the order of the course.
  public init(_ sources: [LessonSource], glossary: Glossary) {
    self.glossary = glossary
    lessons = sources.map(LessonTerms.init)
    var explanations: [String: Explanation] = [:]
    for (index, lesson) in lessons.enumerated() {
      for use in lesson.marks where use.mark.isExplanation {
        guard let entry = glossary.entry(of: use.mark.term), explanations[entry.anchor] == nil else {
          continue
        }
        explanations[entry.anchor] = Explanation(entry: entry, lesson: index, place: use.place)
      }
    }
    self.explanations = explanations
  }

  /// What is wrong with the terms of a lesson, each with the file, the line and the remedy.
  public func problems(in lesson: String) -> [String] {
    guard let index = lessons.firstIndex(where: { $0.lesson == lesson }) else { return [] }
    let terms = lessons[index]
    return terms.malformed.map { "\($0): [[ begins no mark of a term; write [[term]], or [[words|term]]" }
      + terms.marks.flatMap { problems(with: $0, in: index) } + unmarkedUses(in: index)
  }

  private func problems(with use: LessonTerms.Use, in lesson: Int) -> [String] {
    let term = use.mark.term
    guard let entry = glossary.entry(of: term) else {
      return ["\(use.place): the glossary lacks \(term); add its row to \(Glossary.page)"]
    }
    guard let explanation = explanations[entry.anchor] else {
      return [
        "\(use.place): no lesson explains \(term); mark where one does by [[*\(term)*]], or take the mark away"
      ]
    }
    if use.mark.isExplanation, use.place != explanation.place {
      return [
        "\(use.place): \(term) is explained at \(explanation.place) already; write [[\(term)]] in one of them"
      ]
    }
    return lesson < explanation.lesson ? [early(term, use.place, explanation)] : []
  }

  /// The unmarked words of a lesson that a later one explains, each once.
  private func unmarkedUses(in lesson: Int) -> [String] {
    let later = explanations.values.filter { $0.lesson > lesson }
    return later.sorted { $0.entry.anchor < $1.entry.anchor }.flatMap { explanation in
      explanation.entry.names.compactMap { name in
        lessons[lesson].place(ofWords: name).map { early(name, $0, explanation) }
      }
    }
  }

  private func early(_ name: String, _ place: String, _ explanation: Explanation) -> String {
    "\(place): \(name) is explained later, at \(explanation.place); explain it here, or say it without"
  }
}

/// The marks and the words of a lesson's prose, with their places.
private struct LessonTerms: Sendable {
  /// A mark and its place, such as `Lessons/lesson-01/main.swift:12`.
  struct Use: Sendable {
    let mark: TermMark
    let place: String
  }

  /// A word of prose, as it is written.
  private struct Word: Sendable {
    let text: String
    let place: String
    /// True if nothing but a space or a hyphen stands between this word and the one before.
    let continues: Bool
  }

  let lesson: String
  private(set) var marks: [Use] = []
  /// The places where `[[` begins no mark.
  private(set) var malformed: [String] = []
  private var words: [Word] = []

  init(_ source: LessonSource) {
    lesson = source.name
    for passage in source.passages where passage.kind == .prose {
      let text = passage.text
      func place(_ index: String.Index) -> String {
        let line = passage.lines.lowerBound + text[..<index].count { $0 == "\n" }
        return "Lessons/\(source.name)/main.swift:\(line)"
      }
      let found = TermMark.all(in: text)
      marks += found.map { Use(mark: $0.mark, place: place($0.range.lowerBound)) }
      let code = text.ranges(of: /`[^`]*`/)
      malformed += text.ranges(of: "[[").map(\.lowerBound).filter { index in
        !found.contains { $0.range.contains(index) } && !code.contains { $0.contains(index) }
      }.map(place)
      addWords(of: text, without: found.map(\.range) + code, place: place)
    }
  }

  /// Adds the words of a passage that are no marks, code, formulas, references or titles of linked pages.
  private mutating func addWords(
    of text: String, without skipped: [Range<String.Index>], place: (String.Index) -> String
  ) {
    let others = text.ranges(of: /\$[^$]*\$|\[[^\]]*\]\([^)]*\)|\{\{[^}]*\}\}|https?:\S*|@[\w.-]+/)
    let hidden = (skipped + others).sorted { $0.lowerBound < $1.lowerBound }
    var index = text.startIndex
    var between: Substring? = nil
    while index < text.endIndex {
      if let range = hidden.last(where: { $0.lowerBound <= index && index < $0.upperBound }) {
        (index, between) = (range.upperBound, nil)
        continue
      }
      let end = text[index...].firstIndex { !Self.isOfWord($0) } ?? text.endIndex
      if end > index {
        let continues = between.map { $0.count == 1 && " \n-".contains($0) } ?? false
        words.append(Word(text: String(text[index..<end]), place: place(index), continues: continues))
        between = text[end..<end]
        index = end
      } else {
        let next = text.index(after: index)
        between = between.map { text[$0.startIndex..<next] }
        index = next
      }
    }
  }

  private static func isOfWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

  /// The first place of a term in the words; nil if they do not have it.
  ///
  /// The last word may have an ending, as in codes, annotated and quantized. Capitals count in a term that has one
  /// behind its first letter, such as PACT.
  func place(ofWords term: String) -> String? {
    let isAcronym = term.dropFirst().contains(where: \.isUppercase)
    let parts = term.split { !Self.isOfWord($0) }.map { isAcronym ? String($0) : $0.lowercased() }
    guard let last = parts.last else { return nil }
    let endings = Set(["", "s", "es", "d", "ed"].map { last + $0 })
    for start in words.indices.dropLast(parts.count - 1) {
      let run = words[start..<start + parts.count]
      let texts = run.map { isAcronym ? $0.text : $0.text.lowercased() }
      if run.dropFirst().allSatisfy(\.continues), Array(texts.dropLast()) == Array(parts.dropLast()),
        endings.contains(texts[parts.count - 1])
      {
        return words[start].place
      }
    }
    return nil
  }
}
