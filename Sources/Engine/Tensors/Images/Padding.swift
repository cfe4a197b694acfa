/// What a sliding window does at the edge of an image.
public enum Padding: Hashable, Codable, Sendable {
  /// Windows stay inside: ⌊(extent − window) / stride⌋ + 1 of them.
  case valid
  /// Windows hang over, into zeros, so that there are ⌈extent / stride⌉ of them.
  ///
  /// Of an odd amount of padding, the larger half is at the bottom and the right.
  case same
}
