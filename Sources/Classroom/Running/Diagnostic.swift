import ExerciseKit

/// What the compiler said of a student's file.
package struct Diagnostic: Hashable, Sendable {
  /// The type that the file is named for, such as `Ex0101`.
  package let typeName: String
  /// The line of the file.
  package let line: Int
  /// The message, without the word "error".
  package let message: String
  /// The lines of source that the compiler printed below it.
  package let excerpt: [String]

  /// The place and the message, as in `Lessons/Exercises/Ex0101.swift:7: cannot find 'y' in scope`.
  package var summary: String { "\(Workspace.exercises)/\(typeName).swift:\(line): \(message)" }

  /// The errors in students' files that a build's output names, each once, in their order.
  package static func all(in output: String) -> [Diagnostic] {
    let pattern = /^.*\/(Ex\d{4})\.swift:(\d+):\d+: error: (.*)$/
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    var found: [Diagnostic] = []
    for (index, line) in lines.enumerated() {
      guard let match = try? pattern.wholeMatch(in: line), let number = Int(match.2) else { continue }
      // The compiler prints the source around it with the numbers of the lines, and puts the message in once more.
      let excerpt = lines[(index + 1)...].prefix { $0.contains(/^ *\d* *\|/) }.map(String.init)
      let diagnostic = Diagnostic(
        typeName: String(match.1), line: number, message: String(match.3), excerpt: excerpt)
      let isKnown = found.contains {
        $0.typeName == diagnostic.typeName && $0.line == diagnostic.line && $0.message == diagnostic.message
      }
      if !isKnown { found.append(diagnostic) }
    }
    return found
  }
}
