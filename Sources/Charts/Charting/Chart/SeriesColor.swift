/// The colours of marks: told apart with any kind of colour vision, and dark enough on white.
///
/// After Okabe and Ito's palette, its yellow and sky blue darkened for lines on white paper.
///
/// Source: Okabe and Ito, 2008, "Color Universal Design", https://jfly.uni-koeln.de/color/.
public enum SeriesColor: String, Hashable, Codable, Sendable, CaseIterable {
  /// The first series.
  case blue
  /// The second series; also what goes wrong.
  case vermilion
  /// The third series; also what goes right.
  case green
  /// The fourth series.
  case purple
  /// The fifth series.
  case orange
  /// The sixth series.
  case sky
  /// For context: what is not the point of the figure.
  case gray
  /// For reference lines and ideals.
  case black
}
