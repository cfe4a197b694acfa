/// What the stub of an exercise throws until a student's code stands in its place.
public struct Todo: Error, Hashable, CustomStringConvertible, Sendable {
  /// The exercise, such as `01.1`.
  public let exercise: String

  /// Marks an exercise as not yet solved.
  public init(_ exercise: String) {
    self.exercise = exercise
  }

  /// One line for the student.
  public var description: String { "exercise \(exercise) still waits for your code" }
}
