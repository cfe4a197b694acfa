/// Whether a panel lists the labels of its marks.
public enum Legend: String, Hashable, Codable, Sendable {
  /// A row above the plot, off the data, as soon as a mark has a label.
  case automatic
  /// None.
  case hidden
}
