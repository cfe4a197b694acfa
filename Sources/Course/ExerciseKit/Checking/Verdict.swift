/// What a process that ran a student's answer tells the process that started it.
package enum Verdict: Hashable, Codable, Sendable {
  /// The check came to its end and found this, or nothing.
  case findings([Finding])
  /// The answer threw the stub's `Todo`.
  case unsolved
  /// The answer threw an error that reads like this.
  case threw(String)

  /// Runs a check and says how it ended; what it asks is told on standard error.
  package init(of check: () throws -> [Finding]) {
    do {
      self = .findings(try Sandbox.reportingQuestions(check))
    } catch is Todo {
      self = .unsolved
    } catch {
      self = .threw("\(error)")
    }
  }
}
