/// The dash pattern of a line, so that colour is never the only difference.
public enum Dash: String, Hashable, Codable, Sendable, CaseIterable {
  /// Unbroken.
  case solid
  /// Strokes.
  case dashed
  /// Strokes and dots in turn.
  case dashDotted
  /// Long strokes.
  case longDashed
  /// Dots.
  case dotted
}

/// What tells the bars of a group apart where print has no colours: floats are plain.
package enum BarPattern: String, Hashable, Codable, Sendable {
  /// A white line along the edges.
  case framed
  /// White diagonals.
  case hatched

  /// The pattern of what a network sees and of what is lost, whose grey is close to that of floats.
  init?(of color: SeriesColor) {
    switch color {
    case .seen: self = .framed
    case .lost: self = .hatched
    default: return nil
    }
  }
}

/// The look of one series: a colour, a dash pattern and a marker that distinguish it from its neighbours.
struct SeriesStyle: Hashable, Codable, Sendable {
  var color: SeriesColor
  /// The index of the series among those with markers, which selects the marker's shape.
  var ordinal: Int
  var dash: Dash = .solid
  /// What lies over the colour of bars that stand in groups.
  var pattern: BarPattern?

  /// The styles of every mark of a panel, one for each series of a mark.
  static func styles(of marks: [Mark]) -> [[SeriesStyle]] {
    let chosen = marks.flatMap(colors).compactMap { $0 }
    // Colours without a meaning come first, and the first two differ in print without colours too.
    let order: [SeriesColor] = [.sky, .black, .orange, .purple, .green, .vermilion, .blue]
    // Automatic colours differ from the chosen ones, unless all colours are chosen.
    let free = order.filter { !chosen.contains($0) }
    let palette = free.isEmpty ? order : free
    var next = 0
    var ordinal = 0
    let dashes = automaticDashes(of: marks)
    return marks.enumerated().map { index, mark in
      colors(of: mark).map { color in
        defer { if hasMarkers(mark) { ordinal += 1 } }
        var style = SeriesStyle(color: color ?? palette[next % palette.count], ordinal: ordinal)
        // A band has the colour of the line that follows it.
        if case .band = mark { return style }
        if color == nil { next += 1 }
        if case .line(let line) = mark { style.dash = line.dash ?? dashes[index] ?? .solid }
        if case .bars(let bars) = mark, bars.series.count > 1 { style.pattern = BarPattern(of: style.color) }
        return style
      }
    }
  }

  /// The dash patterns of lines that choose none, by the index of the mark: none twice while there are free ones.
  ///
  /// Staircases choose first, since broken steps are hard to see. Lines with markers are solid. A line without a label
  /// that has the colour of an earlier line belongs to its series, and has its dash pattern.
  private static func automaticDashes(of marks: [Mark]) -> [Int: Dash] {
    let lines = marks.enumerated().compactMap { index, mark -> (index: Int, line: Mark.Line)? in
      guard case .line(let line) = mark, !line.markers else { return nil }
      return (index, line)
    }
    func first(like line: Mark.Line) -> (index: Int, line: Mark.Line)? {
      line.label == nil && line.color != nil ? lines.first { $0.line.color == line.color } : nil
    }
    let series = lines.filter { first(like: $0.line)?.index ?? $0.index == $0.index }
    let free = Dash.allCases.filter { dash in !series.contains { $0.line.dash == dash } }
    let choices = free.isEmpty ? Dash.allCases : free
    let automatic = series.filter { $0.line.dash == nil }
    let order =
      automatic.filter { $0.line.joining == .step } + automatic.filter { $0.line.joining == .straight }
    var dashes: [Int: Dash] = [:]
    if series.count > 1 {
      for (place, member) in order.enumerated() { dashes[member.index] = choices[place % choices.count] }
    }
    for member in lines where dashes[member.index] == nil {
      guard let first = first(like: member.line) else { continue }
      dashes[member.index] = first.line.dash ?? dashes[first.index]
    }
    return dashes
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
    case .numberLine(let line): [line.color ?? .floats]
    case .band(let band): [band.color]
    case .region(let region): [region.color ?? .gray]
    case .reference(let reference): [reference.color ?? .black]
    case .annotation(let note): [note.color ?? .black]
    case .heatMap, .graph, .imageGrid: []
    }
  }
}
