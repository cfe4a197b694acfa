import Support

extension LessonSource {
  /// The functions at a source's top level that train: their code calls `fit`, or another of them.
  static func trainingFunctions(in passages: [Passage]) -> Set<String> {
    let functions = FigureFunction.all(in: passages.filter { $0.kind != .prose })
    var training: Set<String> = []
    while let next = functions.first(where: { !training.contains($0.name) && trains($0.text, by: training) })
    {
      training.insert(next.name)
    }
    return training
  }

  /// True for code that calls `fit`, or one of some functions that train.
  private static func trains(_ text: String, by functions: Set<String>) -> Bool {
    // A comment trains nothing, and `func train()` declares what others call.
    let code = text.split(separator: "\n").filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(
      separator: "\n")
    return code.contains(".fit(")
      || functions.contains { calls($0, in: code.replacing("func \($0)", with: "")) }
  }

  /// True for a statement that does something at its place: not the declaration of a function or a type.
  private static func isExecuted(_ text: String) -> Bool {
    let words: Set = ["func", "class", "struct", "enum", "extension", "protocol", "actor"]
    let modifiers: Set = ["private", "fileprivate", "final", "open", "public", "package", "nonisolated"]
    let first = text.split { !$0.isLetter && $0 != "@" }.first { !modifiers.contains(String($0)) }
    return !(first.map { words.contains(String($0)) || $0.hasPrefix("@") } ?? true)
  }

  /// The first line of each cell's first statement that trains without an `announce` before it in the cell.
  static func unannouncedTrainings(in passages: [Passage]) -> [Int] {
    let functions = trainingFunctions(in: passages)
    var (lines, end, isAnnounced): ([Int], Int, Bool) = ([], 0, false)
    for passage in passages {
      if passage.kind == .prose || passage.lines.lowerBound > end + 1 { isAnnounced = false }
      end = passage.lines.upperBound
      if passage.kind == .prose { continue }
      if passage.text.hasPrefix("announce(") { isAnnounced = true }
      guard !isAnnounced, isExecuted(passage.text), trains(passage.text, by: functions) else { continue }
      lines.append(passage.lines.lowerBound)
      isAnnounced = true  // one problem a cell
    }
    return lines
  }
}

extension LessonSource.Problem {
  /// The trainings that would begin before the reader is told of them.
  static func unannouncedTrainings(in passages: [LessonSource.Passage], file: String) -> [Self] {
    LessonSource.unannouncedTrainings(in: passages).map { line in
      Self(
        location: "\(file):\(line)",
        message:
          "this trains before its text is printed; write announce(\"…\"), which says what is trained, as the first line "
          + "of its cell")
    }
  }
}
