/// What prose refers to instead of repeating it: a computed number, a figure, a lesson, an exercise.
public enum Reference: Hashable, Sendable {
  /// `{{name}}`: the number that `bind` made ready under this name.
  case number(String)
  /// `@fig-name`, or `@Fig-name` where a sentence begins.
  case figure(id: String, isCapitalized: Bool)
  /// `@lesson-02`, or `@Lesson-02` where a sentence begins.
  case lesson(String, isCapitalized: Bool)
  /// `@ex-01.2`: the second exercise of lesson 1.
  case exercise(String)

  /// The text with each reference replaced by what `resolve` makes of it.
  ///
  /// - Throws: what `resolve` throws.
  public static func replace<Failure: Error>(
    in text: String, _ resolve: (Reference) throws(Failure) -> String
  ) throws(Failure) -> String {
    var output = ""
    var rest = Substring(text)
    while let character = rest.first {
      if let (reference, length) = leading(rest) {
        output += try resolve(reference)
        rest = rest.dropFirst(length)
      } else {
        output.append(character)
        rest = rest.dropFirst()
      }
    }
    return output
  }

  /// The reference a text begins with, and how many characters it takes.
  private static func leading(_ rest: Substring) -> (Reference, Int)? {
    if rest.hasPrefix("{{"), let end = rest.firstRange(of: "}}") {
      let name = rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound]
      return (.number(String(name)), name.count + 4)
    }
    guard rest.first == "@" else { return nil }
    let name = rest.dropFirst().prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    if name.hasPrefix("fig-") || name.hasPrefix("Fig-") {
      let id = "fig-" + name.dropFirst(4)
      return (.figure(id: id, isCapitalized: name.first == "F"), name.count + 1)
    }
    if name.hasPrefix("lesson-") || name.hasPrefix("Lesson-") {
      return (.lesson(name.lowercased(), isCapitalized: name.first == "L"), name.count + 1)
    }
    guard name.hasPrefix("ex-") else { return nil }
    let tail = rest.dropFirst(name.count + 1)
    let number = tail.first == "." ? tail.dropFirst().prefix { $0.isNumber } : ""
    guard !number.isEmpty else { return nil }
    return (.exercise("\(name.dropFirst(3)).\(number)"), name.count + 2 + number.count)
  }
}
