extension Chart {
  /// Checks that everything can be drawn, which `png`, `svg`, `pdf` and `preview` do first themselves.
  ///
  /// - Throws: `ChartError` that names the mark, what is wrong, and the remedy.
  public func validate() throws(ChartError) {
    guard !panels.isEmpty else { throw .empty("a chart without panels") }
    guard columns > 0 else {
      throw .invalid(mark: "chart", what: "it has \(columns) columns of panels: take at least one")
    }
    if let size, !(size.width >= 160 && size.height >= 80 && size.width <= 4000 && size.height <= 8000) {
      throw .invalid(
        mark: "chart",
        what: "its size is \(size.width) × \(size.height) points: take 160 to 4000 by 80 to 8000")
    }
    for (index, panel) in panels.enumerated() {
      let name = panels.count == 1 ? "the chart" : "panel \(index + 1)"
      guard !panel.marks.isEmpty else { throw .empty(name) }
      for mark in panel.marks { try MarkValidation(mark: mark, panel: panel).check() }
      if panel.marks.count > 1, let mark = panel.marks.first(where: \.fillsPanel) {
        throw .invalid(
          mark: mark.kindName,
          what: "it fills its panel and stands with no other mark: use a panel of its own")
      }
    }
  }
}
