import Support

extension LessonSource {
  /// What keeps a lesson's source from being taken apart.
  public struct Problem: Hashable, CustomStringConvertible, Sendable {
    /// The file and the line, such as `Lessons/lesson-01/main.swift:12`.
    public let location: String
    /// The cause and the remedy.
    public let message: String

    /// One line for the reader.
    public var description: String { "\(location): \(message)" }
  }

  /// The code that draws the figure of a line of `main.swift`.
  ///
  /// - Returns: The call, and below it the functions of `Figures.swift` that it calls, with those that these
  ///   call in turn; the call alone for a figure that the library draws.
  public func code(ofFigureAt line: Int) -> String {
    guard let passage = passages.first(where: { $0.lines.contains(line) }) else { return "" }
    var texts = [passage.text]
    var rest = functions
    while let index = rest.firstIndex(where: { function in
      texts.contains { Self.calls(function.name, in: $0) }
    }) {
      texts.append(rest.remove(at: index).text)
    }
    return texts.joined(separator: "\n\n")
  }

  /// True if the text has a call of a function of this name.
  static func calls(_ name: String, in text: String) -> Bool {
    text.ranges(of: name + "(").contains { range in
      !(text[..<range.lowerBound].last.map { $0 == "." || isPartOfName($0) } ?? false)
    }
  }

  /// A statement of `main.swift` that draws a figure.
  struct FigureCall: Hashable, Sendable {
    /// The figure's name, such as `fig-curves`.
    let id: String
    /// The function that its closure calls first: `curves`, or `Chart` in `Chart.channelRanges`; nil if none.
    let function: String?
    let line: Int

    /// Reads a statement; nil if it is not a call of `figure`.
    init?(_ passage: Passage) {
      let text = passage.text
      guard text.hasPrefix("figure(") || text.hasPrefix("try figure(") else { return nil }
      let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return nil }
      id = String(parts[1])
      line = passage.lines.lowerBound
      let closure =
        text.firstRange(of: ") {").map { text[$0.upperBound...].drop(while: \.isWhitespace) } ?? ""
      let name = closure.prefix(while: isPartOfName)
      function =
        name.isEmpty || !"(.".contains(closure.dropFirst(name.count).first ?? " ") ? nil : String(name)
    }

    /// True for a chart that a type of the library makes: types begin with a capital.
    var isOfTheLibrary: Bool { function?.first?.isUppercase ?? false }
  }

  /// A function of `Figures.swift`, with the comment above it.
  struct FigureFunction: Hashable, Sendable {
    let name: String
    let text: String

    /// The functions of a file that was taken apart: comments and attributes belong to what follows at once.
    static func all(in passages: [Passage]) -> [FigureFunction] {
      var functions: [FigureFunction] = []
      var above = ""
      var end = 0
      for passage in passages {
        if passage.lines.lowerBound > end + 1 { above = "" }
        end = passage.lines.upperBound
        above += passage.text + "\n"
        if passage.text.hasPrefix("//") || passage.text.hasPrefix("@") { continue }
        if let start = passage.text.firstRange(of: "func "),
          passage.text[..<start.lowerBound].allSatisfy(isModifier)
        {
          let name = passage.text[start.upperBound...].prefix(while: isPartOfName)
          functions.append(FigureFunction(name: String(name), text: String(above.dropLast())))
        }
        above = ""
      }
      return functions
    }
  }
}

extension LessonSource.Problem {
  /// The multi-line strings of a file that have a line at the left margin, where a statement would end.
  static func stringsAtTheMargin(of text: String, file: String) -> [Self] {
    var problems: [Self] = []
    var isInside = false
    var isReported = false
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if isInside, !isReported, let first = line.first, first != " " {
        isReported = true
        problems.append(
          Self(
            location: "\(file):\(index + 1)",
            message:
              "a line of a multi-line string begins at the left margin, where a statement of the lesson "
              + "ends; indent the string and its closing quotes"))
      }
      if !isInside, line.drop(while: { $0 == " " }).hasPrefix("//") { continue }
      if !line.ranges(of: "\"\"\"").count.isMultiple(of: 2) {
        isInside.toggle()
        isReported = false
      }
    }
    return problems
  }

  /// The figures whose code could not be shown.
  static func figuresWithoutFunction(
    _ calls: [LessonSource.FigureCall], _ functions: [LessonSource.FigureFunction], file: String
  ) -> [Self] {
    calls.compactMap { call in
      if call.isOfTheLibrary || functions.contains(where: { $0.name == call.function }) { return nil }
      let cause =
        call.function.map { "Figures.swift has no function \($0)" } ?? "no call comes first in its closure"
      return Self(
        location: "\(file):\(call.line)",
        message:
          "figure \(call.id): \(cause); draw it by one call, { name(…) }, of a function in Figures.swift")
    }
  }
}

private func isPartOfName(_ character: Character) -> Bool {
  character.isLetter || character.isNumber || character == "_"
}

/// True for what may stand before `func`: words such as `private`.
private func isModifier(_ character: Character) -> Bool { character.isLetter || character == " " }
