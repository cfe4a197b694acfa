/// How far an attempt at an exercise has come.
package enum ExerciseStatus: String, Hashable, Codable, CaseIterable, Sendable {
  /// It is the stub still.
  case notBegun = "not begun"
  /// The stub's `Todo` is still in it.
  case begun
  /// It does not compile.
  case doesNotCompile = "does not compile"
  /// It could not be run, for a reason that is not its own.
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
    case .doesNotCompile: "⊘"
    case .notChecked: "?"
    case .crashed: "⚡"
    case .wrong: "✗"
    case .right: "✓"
    }
  }
}
