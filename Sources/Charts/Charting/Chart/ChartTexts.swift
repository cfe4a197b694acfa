extension Chart {
  /// Checks that no text holds the character NUL, at which Cairo and libpng would end it.
  ///
  /// - Throws: ``ChartError/invalid(mark:what:)`` with the text that does.
  static func checkText(_ texts: [(what: String, text: String?)]) throws(ChartError) {
    for (what, text) in texts {
      guard let text, text.utf8.contains(0) else { continue }
      throw .invalid(
        mark: what,
        what:
          "its text “\(text.replacing("\0", with: "␀"))” holds the character NUL, where drawing would end: leave it out"
      )
    }
  }
}

extension Provenance {
  /// Checks that no text holds the character NUL.
  ///
  /// - Throws: ``ChartError/invalid(mark:what:)`` with the text that does.
  func checkText() throws(ChartError) {
    try Chart.checkText(texts.map { ("the provenance's \($0.key.lowercased())", $0.text) })
  }
}

extension Panel {
  /// All texts of the panel that are drawn.
  var texts: [(what: String, text: String?)] {
    var texts: [(what: String, text: String?)] = [("a panel's title", title)]
    for (side, axis) in [("x", x), ("y", y)] {
      texts += [("the \(side) axis's title", axis.title), ("the \(side) axis's unit", axis.unit)]
      texts += (axis.ticks ?? []).map { ("a tick of the \(side) axis", $0.label) }
    }
    return texts + marks.flatMap { mark in mark.texts.map { ("a text of the \(mark.kindName)", $0) } }
  }
}

extension Mark {
  /// All texts of the mark that are drawn.
  fileprivate var texts: [String?] {
    switch self {
    case .line(let line): [line.label]
    case .scatter(let scatter): [scatter.label] + scatter.names
    case .bars(let bars): bars.names + bars.series.map(\.label)
    case .histogram(let histogram): [histogram.label]
    case .heatMap(let map): [map.label] + map.rows + map.columns
    case .numberLine(let line): [line.label] + line.names + line.codes
    case .band(let band): [band.label]
    case .region(let region): [region.label]
    case .reference(let reference): [reference.label]
    case .annotation(let note): [note.text]
    case .graph(let graph): graph.nodes.map(\.label) + graph.edges.map(\.label)
    case .imageGrid(let grid): grid.captions
    }
  }
}
