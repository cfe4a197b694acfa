import ArgumentParser

/// How much work a lesson does: the words, the figures and the claims are the same in every profile.
public enum Profile: String, Codable, CaseIterable, ExpressibleByArgument, Sendable {
  /// As little as shows that everything works: what the tests run.
  case smoke
  /// What a reader runs, and what the book is woven from.
  case `class`
  /// As much as published numbers need.
  case full

  /// The value that belongs to this profile; without one of its own, `full` does what `class` does.
  public func pick<Value>(smoke: Value, class: Value, full: Value? = nil) -> Value {
    switch self {
    case .smoke: smoke
    case .class: `class`
    case .full: full ?? `class`
    }
  }
}
