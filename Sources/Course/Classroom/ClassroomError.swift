/// Something that stands in the way of the classroom: what, why, and what to do about it.
package struct ClassroomError: Error, Hashable, CustomStringConvertible, Sendable {
  /// One or two lines for the reader.
  package let description: String

  /// Creates an error with its text, which names the thing, the cause and the remedy.
  package init(_ description: String) { self.description = description }
}
