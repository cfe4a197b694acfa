/// How far an answer to an exercise has come, or why it could not be judged.
package enum ExerciseStatus: String, Hashable, Codable, CaseIterable, Sendable {
  /// It is still the stub.
  case notBegun = "not begun"
  /// It still has the stub's `Todo`.
  case begun

  /// There is no such file.
  case missing
  /// It is a link, or lies behind one.
  case isLink = "a link"
  /// It is a folder, a pipe or a device.
  case isNoFile = "not a file"
  /// It is larger than any answer.
  case tooLarge = "too large"
  /// It is UTF-16, or no text at all.
  case isNoText = "not text"
  /// The system does not give it out.
  case unreadable = "not readable"

  /// The compiler finds errors in it.
  case doesNotCompile = "does not compile"
  /// The compiler takes longer than its limit.
  case compilesTooLong = "compiles too long"
  /// It compiles, but makes no program, as where a function is declared and never defined.
  case doesNotLink = "does not link"
  /// It could not be run, for a reason outside of it.
  case notChecked = "not checked"

  /// It crashed, never ended, or left the program.
  case crashed
  /// It gave a wrong answer.
  case wrong
  /// It is right.
  case right

  /// A sign for lists.
  package var sign: String {
    switch self {
    case .notBegun: "○"
    case .begun: "◐"
    case .missing: "∅"
    case .isLink: "↷"
    case .isNoFile: "▯"
    case .tooLarge: "▲"
    case .isNoText: "¶"
    case .unreadable: "⊝"
    case .doesNotCompile: "⊘"
    case .compilesTooLong: "⧗"
    case .doesNotLink: "⊗"
    case .notChecked: "?"
    case .crashed: "⚡"
    case .wrong: "✗"
    case .right: "✓"
    }
  }

  /// Whether the file itself is the reason that there is nothing to judge.
  package var isAboutFile: Bool {
    [.missing, .isLink, .isNoFile, .tooLarge, .isNoText, .unreadable].contains(self)
  }
}
