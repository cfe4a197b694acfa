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
  ///
  /// A type that a file lacks, or that is not what it was, is missed where all answers are listed: that counts too.
  package static func all(in output: String) -> [Diagnostic] {
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false)
    var found: [Diagnostic] = []
    for (index, line) in lines.enumerated() {
      let rest = lines[(index + 1)...]
      guard let diagnostic = inAnswer(line, followedBy: rest) ?? inList(line) else { continue }
      let isKnown = found.contains {
        $0.typeName == diagnostic.typeName && $0.line == diagnostic.line && $0.message == diagnostic.message
      }
      if !isKnown { found.append(diagnostic) }
    }
    return found
  }

  private static func inAnswer(_ line: Substring, followedBy rest: ArraySlice<Substring>) -> Diagnostic? {
    let pattern = /^.*\/(Ex\d{4})\.swift:(\d+):\d+: error: (.*)$/
    guard let match = try? pattern.wholeMatch(in: line), let number = Int(match.2) else { return nil }
    // The compiler prints the source around it with the numbers of the lines, and puts the message in once more.
    let excerpt = rest.prefix { $0.contains(/^ *\d* *\|/) }.map(String.init)
    return Diagnostic(typeName: String(match.1), line: number, message: String(match.3), excerpt: excerpt)
  }

  private static func inList(_ line: Substring) -> Diagnostic? {
    let pattern = /^.*\/examiner\/StudentAnswer\.swift:\d+:\d+: error: (.*'(Ex\d{4})(?:\.Type)?'.*)$/
    guard let match = try? pattern.wholeMatch(in: line) else { return nil }
    return Diagnostic(typeName: String(match.2), line: 1, message: String(match.1), excerpt: [])
  }
}
