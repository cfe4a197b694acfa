/// The colours of marks, chosen by measured distance.
///
/// Every two colours are at least ΔE 14 apart (CIEDE2000), for the usual colour vision and for protanopia, deuteranopia
/// and tritanopia; the five that have a meaning at least ΔE 16. On white each has a contrast of 3:1 at least.
///
/// Sources: Sharma, Wu and Dalal, 2005, "The CIEDE2000 color-difference formula"; Machado, Oliveira and Fernandes, 2009,
/// "A physiologically-based model for simulation of color vision deficiency", severity 1; W3C, WCAG 2.1, 1.4.11.
public enum SeriesColor: String, Hashable, Codable, Sendable, CaseIterable {
  /// What a network sees: ``seen``.
  case blue
  /// What is lost: ``lost``.
  case vermilion
  /// Floats: ``floats``.
  case green
  /// A state after something: ``after``.
  case purple
  /// Free of a meaning; the third automatic colour.
  case orange
  /// Free of a meaning; the first automatic colour.
  case sky
  /// A state before something, and context apart from the point of the figure: ``before``.
  case gray
  /// Free of a meaning: sums, ideals; the second automatic colour.
  case black
}

/// What a colour means in the figures of the book and of models.
extension SeriesColor {
  /// Numbers in float32, and networks of them.
  public static let floats = SeriesColor.green
  /// What a network sees through its rounding, and what integers compute.
  public static let seen = SeriesColor.blue
  /// A state before a training, a clip or a fold.
  public static let before = SeriesColor.gray
  /// The same state after it.
  public static let after = SeriesColor.purple
  /// What is lost: errors, clipped and deleted numbers, digits misread.
  public static let lost = SeriesColor.vermilion
}
