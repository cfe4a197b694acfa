import ExerciseChecks
import ExerciseKit
import Support

/// An error of the compiler in a student's file.
package struct Diagnostic: Hashable, Sendable {
  /// The type that the file is named for, such as `Ex0101`.
  package let typeName: String
  /// The line of the file.
  package let line: Int
  /// The message, without the word "error".
  package let message: String
  /// The lines of source that the compiler printed below the message.
  package let excerpt: [String]

  /// The file, the line and the message, as in `Lessons/Exercises/Ex0101.swift:7: cannot find 'y' in scope`.
  package var summary: String { "\(Workspace.exercises)/\(typeName).swift:\(line): \(message)" }

  /// What to do about an error whose message leaves that open; nil for any other.
  package var remedy: String? {
    guard message.contains("cannot call value of non-function type") else { return nil }
    return
      "What is called here is no function. If a name of yours is also that of a function, as `max` would be, it "
      + "hides the function: give yours another name, or write `Swift.max(…)`."
  }

  /// The errors in students' files that a build's output names, each once, in their order.
  ///
  /// If a file no longer declares its type, or the type no longer conforms to its contract, the compiler reports that
  /// at the type's line in the examiner's list of answers. The first such error is attributed to the student's file.
  ///
  /// A build that was planned in a terminal is coloured ever after, so colour is taken off. Of each file a hundred
  /// errors are enough for anybody.
  ///
  /// With a number, only the errors in that slot of a `GradingTree` are meant, told as if the answers stood where they
  /// stand in a checkout.
  package static func all(in output: String, slot: Int? = nil) -> [Diagnostic] {
    let output = slot.map { output.replacing("Exercises\($0)", with: "Exercises") } ?? output
    let place = slot.map { "/Slots/\($0)/" } ?? "/"
    let lines = output.withoutColor.split(separator: "\n", omittingEmptySubsequences: false)
    var found: [Diagnostic] = []
    var known: Set<Diagnostic> = []
    var counts: [String: Int] = [:]
    for (index, line) in lines.enumerated()
    where line.utf8.first == UInt8(ascii: "/") && line.contains(": error: ") && line.contains(place) {
      // Below an error the compiler prints the source with line numbers, and repeats the message in it.
      let excerpt = lines[(index + 1)...].prefix(20).prefix { CompilerExcerpt.isExcerpt($0) }.map {
        String($0.prefix(10_000))
      }
      if let diagnostic = inAnswer(line, excerpt) {
        let key = Diagnostic(
          typeName: diagnostic.typeName, line: diagnostic.line, message: diagnostic.message, excerpt: [])
        guard known.insert(key).inserted, counts[key.typeName, default: 0] < 100 else { continue }
        counts[key.typeName, default: 0] += 1
        found.append(diagnostic)
      } else if let diagnostic = inList(line, excerpt) {
        guard counts[diagnostic.typeName] == nil else { continue }
        counts[diagnostic.typeName] = 1
        found.append(diagnostic)
      }
    }
    return found
  }

  private static func inAnswer(_ line: Substring, _ excerpt: [String]) -> Diagnostic? {
    let pattern = /\/.*\/Lessons\/Exercises\/(Ex\d{4})\.swift:(\d+):\d+: error: (.*)/
    guard let match = try? pattern.wholeMatch(in: line), let number = Int(match.2) else { return nil }
    return Diagnostic(
      typeName: String(match.1), line: number, message: String(match.3.prefix(1000)), excerpt: excerpt)
  }

  private static func inList(_ line: Substring, _ excerpt: [String]) -> Diagnostic? {
    let pattern = /^.*\/examiner\/StudentAnswer\.swift:(\d+):\d+: error: (.*)$/
    guard let match = try? pattern.wholeMatch(in: line) else { return nil }
    if let named = match.2.firstMatch(of: /'(Ex\d{4})(?:\.Type)?'/) {
      return Diagnostic(typeName: String(named.1), line: 1, message: String(match.2), excerpt: [])
    }
    // A message about overloads of `check` does not name the type; the line of the list does.
    let source = excerpt.first { $0.drop { $0 == " " }.hasPrefix("\(match.1) |") }
    guard let type = source?.firstMatch(of: /Ex(\d{4})/) else { return nil }
    let message = "type '\(type.0)' does not conform to protocol 'Exercise\(type.1)'"
    return Diagnostic(typeName: String(type.0), line: 1, message: message, excerpt: [])
  }
}

extension Finding {
  /// Creates the finding for an answer's compile errors; nil if there are none.
  package init?(_ diagnostics: [Diagnostic]) {
    guard let first = diagnostics.first else { return nil }
    let more = diagnostics.count > 1 ? " (and \(diagnostics.count - 1) more)" : ""
    self.init(
      "does-not-compile", observation: "The compiler says: \(first.summary)\(more)",
      likelyCause: first.remedy ?? "Begin with the first error: the others may come from it.")
  }
}

/// The linker's words about a name that is defined nowhere, or twice.
package enum LinkError {
  /// The lines of a build's output that say so, each once, without colour and folders.
  package static func all(in output: String) -> [String] {
    var found: [String] = []
    for line in output.withoutColor.split(separator: "\n") {
      let words = ["undefined reference", "undefined symbol", "duplicate symbol", "multiple definition"]
      guard words.contains(where: { line.lowercased().contains($0) }) else { continue }
      let text = String(line.prefix(300)).replacing(/\/[^\s:]*\//, with: "").printable
      if !found.contains(text) { found.append(text) }
    }
    return found
  }
}

extension String {
  /// The text without the sequences that colour a terminal.
  var withoutColor: String { contains("\u{1B}") ? replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "") : self }
}
