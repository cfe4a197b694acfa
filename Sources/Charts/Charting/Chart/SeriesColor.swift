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
  /// Free of a meaning; the second automatic colour.
  case orange
  /// Free of a meaning; the first automatic colour.
  case sky
  /// A state before something, and context apart from the point of the figure: ``before``.
  case gray
  /// Free of a meaning: sums, ideals; the third automatic colour.
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

/// The dash pattern of a line, so that colour is never the only difference.
public enum Dash: String, Hashable, Codable, Sendable {
  /// Unbroken.
  case solid
  /// Long strokes.
  case dashed
  /// Dots.
  case dotted
}

/// The look of one series: a colour, a dash pattern and a marker that distinguish it from its neighbours.
struct SeriesStyle: Hashable, Codable, Sendable {
  var color: SeriesColor
  /// The index of the series among those with markers, which selects the marker's shape.
  var ordinal: Int
  var dash: Dash = .solid

  /// The styles of every mark of a panel, one for each series of a mark.
  static func styles(of marks: [Mark]) -> [[SeriesStyle]] {
    let chosen = marks.flatMap(colors).compactMap { $0 }
    // Colours without a meaning come first, and neighbours are far apart.
    let order: [SeriesColor] = [.sky, .orange, .black, .purple, .green, .vermilion, .blue]
    // Automatic colours differ from the chosen ones, unless all colours are chosen.
    let free = order.filter { !chosen.contains($0) }
    let palette = free.isEmpty ? order : free
    var next = 0
    var ordinal = 0
    let plainLines = marks.filter(isPlainLine).count
    var dashOrdinal = 0
    return marks.map { mark in
      let automaticDash = plainLines > 1 && isPlainLine(mark)
      return colors(of: mark).map { color in
        defer { if hasMarkers(mark) { ordinal += 1 } }
        var style = SeriesStyle(color: color ?? palette[next % palette.count], ordinal: ordinal)
        // A band has the colour of the line that follows it.
        if case .band = mark { return style }
        if color == nil { next += 1 }
        if case .line(let line) = mark {
          style.dash = line.dash ?? (automaticDash ? [.solid, .dashed, .dotted][dashOrdinal % 3] : .solid)
          if automaticDash { dashOrdinal += 1 }
        }
        return style
      }
    }
  }

  private static func isPlainLine(_ mark: Mark) -> Bool {
    if case .line(let line) = mark { return !line.markers && line.joining == .straight }
    return false
  }

  private static func hasMarkers(_ mark: Mark) -> Bool {
    switch mark {
    case .line(let line): line.markers
    case .scatter: true
    default: false
    }
  }

  /// The colour of each series of a mark; `nil` for the next free one.
  private static func colors(of mark: Mark) -> [SeriesColor?] {
    switch mark {
    case .line(let line): [line.color]
    case .scatter(let scatter): [scatter.color]
    case .bars(let bars): bars.series.map(\.color)
    case .histogram(let histogram): [histogram.color]
    case .numberLine(let line): [line.color ?? .blue]
    case .band(let band): [band.color]
    case .region(let region): [region.color ?? .gray]
    case .reference(let reference): [reference.color ?? .black]
    case .annotation(let note): [note.color ?? .black]
    case .heatMap, .graph, .imageGrid: []
    }
  }
}
