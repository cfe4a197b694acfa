import ExerciseKit

extension Finding {
  /// What the compiler said of an answer, as a finding; nil if it said nothing.
  package init?(_ diagnostics: [Diagnostic], for exercise: Exercise) {
    guard let first = diagnostics.first else { return nil }
    let more = diagnostics.count > 1 ? " (and \(diagnostics.count - 1) more)" : ""
    self.init(
      "does-not-compile", observation: "The compiler says: \(first.summary)\(more)",
      likelyCause: "Begin with the first error: the others may come from it.", section: exercise.section)
  }
}
