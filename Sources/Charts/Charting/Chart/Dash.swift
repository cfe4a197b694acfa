/// The pattern of a line, so that colour is never the only difference.
public enum Dash: String, Hashable, Codable, Sendable {
  /// Unbroken.
  case solid
  /// Long strokes.
  case dashed
  /// Dots.
  case dotted
}
