import ExerciseChecks
import ExerciseKit
import Support

/// Lays out text for a student: to the width of a terminal, with colour or without.
package struct TerminalLayout: Hashable, Sendable {
  /// The greatest width of a line, in columns.
  package let columns: Int
  /// Whether signs are coloured.
  package let isColored: Bool

  /// The layout for this program's output: never more than 80 columns.
  package static let output = TerminalLayout(
    columns: min(StandardStream.output.columns, 80), isColored: StandardStream.output.isColored)

  /// Creates a layout.
  package init(columns: Int = 80, isColored: Bool = false) {
    (self.columns, self.isColored) = (columns, isColored)
  }

  /// The lines of a text, each with an indent; only lines that are too long are wrapped, at spaces.
  package func wrapped(_ text: String, indent: Int = 0) -> [String] {
    let space = String(repeating: " ", count: indent)
    return text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { line in
      if line.terminalWidth <= columns - indent { return [line.isEmpty ? "" : space + line] }
      var lines = [""]
      for word in line.split(separator: " ") {
        let last = lines[lines.count - 1]
        if !last.isEmpty, last.terminalWidth + 1 + word.terminalWidth > columns - indent {
          lines.append(String(word))
        } else {
          lines[lines.count - 1] += (last.isEmpty ? "" : " ") + word
        }
      }
      return lines.map { space + $0 }
    }
  }

  /// A status's sign: green for a right answer, red for one that is not, yellow for one that waits.
  package func sign(_ status: ExerciseStatus) -> String {
    guard isColored else { return status.sign }
    switch status {
    case .notBegun, .notChecked: return status.sign
    case .begun, .missing: return "\u{1B}[33m\(status.sign)\u{1B}[0m"
    case .isLink, .isNoFile, .tooLarge, .isNoText, .unreadable, .doesNotCompile, .compilesTooLong,
      .doesNotLink,
      .crashed, .wrong:
      return "\u{1B}[31m\(status.sign)\u{1B}[0m"
    case .right: return "\u{1B}[32m\(status.sign)\u{1B}[0m"
    }
  }

  /// The line that names an exercise, behind its sign.
  package func heading(_ exercise: Exercise, _ status: ExerciseStatus, note: String = "") -> String {
    let lines = wrapped(exercise.title + (note.isEmpty ? "" : ": \(note)"), indent: 9)
    return "\(sign(status)) \(exercise.id)  " + lines.joined(separator: "\n").dropFirst(9)
  }

  /// A finding, with what the compiler shows cut to the width, and all else wrapped.
  private func told(_ finding: Finding) -> [String] {
    let lines = finding.description.split(separator: "\n", omittingEmptySubsequences: false)
    var (told, rest) = ([String](), lines[...])
    while !rest.isEmpty {
      let excerpt = rest.prefix { CompilerExcerpt.isExcerpt($0) }
      rest = rest.dropFirst(excerpt.count)
      told += CompilerExcerpt(Array(excerpt)).lines(fitting: columns - 2).map { "  " + $0.printable }
      if let line = rest.popFirst() { told += wrapped(line.printable, indent: 2) }
    }
    return told
  }

  /// An assessment as a student reads it.
  package func report(_ assessment: Assessment, picture: String? = nil) -> String {
    let exercise = assessment.exercise
    let file = Workspace.path(of: exercise)
    var lines: [String] = []
    switch assessment.status {
    case .notBegun:
      lines.append(heading(exercise, .notBegun, note: "waits for your code in \(file)"))
    case .begun:
      lines.append(heading(exercise, .begun, note: "there is a Todo left in \(file)"))
    case .right: lines.append(heading(exercise, .right, note: "right"))
    case .missing, .isLink, .isNoFile, .tooLarge, .isNoText, .unreadable:
      lines += [heading(exercise, assessment.status, note: assessment.status.rawValue), ""]
    case .doesNotCompile, .compilesTooLong, .doesNotLink, .notChecked, .crashed, .wrong:
      lines += [heading(exercise, assessment.status), ""]
    }
    if let finding = assessment.finding {
      lines += told(finding)
    }
    if let picture { lines += wrapped("Look at \(picture)", indent: 2) }
    if !assessment.printed.isEmpty {
      lines += ["", "  Your code printed:"]
      lines += assessment.printed.split(separator: "\n").flatMap { wrapped(String($0), indent: 4) }
    }
    if [.crashed, .wrong].contains(assessment.status) {
      lines += ["", "  Stuck? swift run qat hint \(exercise.id)"]
    }
    return lines.joined(separator: "\n")
  }
}
