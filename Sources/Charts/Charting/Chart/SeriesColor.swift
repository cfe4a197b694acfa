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

/// The pattern of a line, so that colour is never the only difference.
public enum Dash: String, Hashable, Codable, Sendable {
  /// Unbroken.
  case solid
  /// Long strokes.
  case dashed
  /// Dots.
  case dotted
}

/// The look of one series: told apart from its neighbours by colour, by dash and by marker.
struct SeriesStyle: Hashable {
  var color: SeriesColor
  /// Counts the series of the panel that have markers, for the shape of theirs.
  var ordinal: Int
  var dash: Dash = .solid

  var paint: Paint { Theme.paint(color) }

  /// The styles of every mark of a panel, one for each series of the mark.
  static func styles(of marks: [Mark]) -> [[SeriesStyle]] {
    let asked = marks.flatMap(colors).compactMap { $0 }
    let order: [SeriesColor] = [.blue, .vermilion, .green, .purple, .orange, .sky]
    // Colours the author chose are not handed out again, unless all are taken.
    let free = order.filter { !asked.contains($0) }
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

  /// The colour asked for by each series of a mark, `nil` for the next free one.
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
