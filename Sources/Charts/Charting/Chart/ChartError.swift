import Support

/// The reason why a chart could not be drawn or written: the mark, the fault and the remedy.
public enum ChartError: Error, Hashable, CustomStringConvertible, Sendable {
  /// A mark, panel or chart has nothing to draw.
  case empty(String)
  /// A number is NaN or infinite.
  case notFinite(mark: String, what: String, index: Int, value: Double)
  /// Two lists of a mark have different lengths.
  case mismatched(mark: String, what: String, expected: Int, got: Int)
  /// A mark, an axis or the chart has a setting that cannot be drawn.
  case invalid(mark: String, what: String)
  /// A number on a logarithmic axis is zero or less.
  case notPositive(mark: String, axis: String, value: Double)
  /// The file could not be written.
  case file(FileError)
  /// Cairo or libpng reported an error.
  case drawing(String)

  /// The error in one line.
  public var description: String {
    switch self {
    case .empty(let what):
      "\(what) has nothing to draw: give it at least one value, or leave it out"
    case .notFinite(let mark, let what, let index, let value):
      "\(mark): \(what)[\(index)] is \(value): charts take finite numbers; leave it out or find where it arose"
    case .mismatched(let mark, let what, let expected, let got):
      "\(mark): \(what) has \(got) values where \(expected) are expected: make the lists equally long"
    case .invalid(let mark, let what):
      "\(mark): \(what)"
    case .notPositive(let mark, let axis, let value):
      "\(mark): \(value) on the logarithmic \(axis) axis, which shows numbers above zero only: "
        + "leave it out, or make the axis linear"
    case .file(let error): error.description
    case .drawing(let reason): "the figure could not be drawn: \(reason)"
    }
  }
}

extension Chart {
  /// Checks that the chart can be drawn; `png`, `svg`, `pdf` and `preview` do so themselves.
  ///
  /// - Throws: ``ChartError`` with the mark, the fault and the remedy.
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
    try Self.checkText([("the title", title), ("the subtitle", subtitle)])
    for (index, panel) in panels.enumerated() {
      let name = panels.count == 1 ? "the chart" : "panel \(index + 1)"
      guard !panel.marks.isEmpty else { throw .empty(name) }
      try Self.checkText(panel.texts)
      for mark in panel.marks { try MarkValidation(mark: mark, panel: panel).check() }
      if panel.marks.count > 1, let mark = panel.marks.first(where: \.fillsPanel) {
        throw .invalid(
          mark: mark.kindName,
          what: "it fills its panel and stands with no other mark: use a panel of its own")
      }
    }
  }
}

/// Checks the data of one mark: not empty, finite, of matching lengths, above zero on logarithmic axes.
struct MarkValidation {
  let mark: Mark
  let panel: Panel

  private var name: String { mark.kindName }

  func check() throws(ChartError) {
    try checkAxis(panel.x, "x")
    try checkAxis(panel.y, "y")
    switch mark {
    case .line(let line):
      try notEmpty(line.y)
      if line.joining == .straight || line.x.count != line.y.count + 1 {
        try sameCount(line.x, "x", line.y.count)
      }
      try numbers([("x", line.x)], panel.x, "x")
      try numbers([("y", line.y)], panel.y, "y")
    case .scatter(let scatter):
      try notEmpty(scatter.y)
      try sameCount(scatter.x, "x", scatter.y.count)
      if !scatter.names.isEmpty { try sameCount(scatter.names, "names", scatter.y.count) }
      try numbers([("x", scatter.x)], panel.x, "x")
      try numbers([("y", scatter.y)], panel.y, "y")
    case .band(let band):
      try notEmpty(band.x)
      try sameCount(band.low, "low", band.x.count)
      try sameCount(band.high, "high", band.x.count)
      try numbers([("x", band.x)], panel.x, "x")
      try numbers([("low", band.low), ("high", band.high)], panel.y, "y")
    case .bars(let bars): try check(bars)
    case .histogram(let histogram): try check(histogram)
    case .heatMap(let map): try check(map)
    case .numberLine(let line): try check(line)
    case .region(let region):
      guard region.x != nil || region.y != nil else { throw .empty("a region without x or y") }
      let ends = [region.x, region.y].compactMap { $0 }.flatMap { [$0.lowerBound, $0.upperBound] }
      try finite("ends", ends)
    case .reference(let reference): try check(reference)
    case .annotation(let note):
      try numbers([("x", [note.x])], panel.x, "x")
      try numbers([("y", [note.y])], panel.y, "y")
    case .graph(let graph): try notEmpty(graph.nodes)
    case .imageGrid(let grid): try check(grid)
    }
  }

  private func check(_ bars: Mark.Bars) throws(ChartError) {
    try notEmpty(bars.names)
    try notEmpty(bars.series)
    let (axis, side) = bars.direction == .vertical ? (panel.y, "y") : (panel.x, "x")
    for (index, series) in bars.series.enumerated() {
      let what = bars.series.count == 1 ? "values" : "the values of series \(index + 1)"
      try sameCount(series.values, what, bars.names.count)
      try numbers([(what, series.values)], axis, side)
    }
  }

  private func check(_ histogram: Mark.Histogram) throws(ChartError) {
    guard histogram.notFinite == 0 else {
      throw .invalid(
        mark: name,
        what:
          "\(histogram.notFinite) of its values are NaN or infinite: leave them out or find where they arose")
    }
    try notEmpty(histogram.counts)
    try sameCount(histogram.edges, "edges", histogram.counts.count + 1)
    try numbers([("edges", histogram.edges)], panel.x, "x")
    try finite("counts", histogram.counts)
    try rising(histogram.edges, "edges")
    guard let buckets = histogram.buckets else { return }
    guard buckets.count > 0 else { throw .empty("buckets") }
    try finite("the buckets' edges", buckets.edges)
    try rising(buckets.edges, "the buckets' edges")
    if let codes = buckets.codes, !buckets.hasCodeForEach {
      throw .invalid(
        mark: name,
        what: "its \(buckets.count) buckets have the codes \(codes): give one code for each bucket")
    }
    if !buckets.used.isEmpty { try sameCount(buckets.used, "the buckets' used", buckets.count) }
  }

  private func check(_ map: Mark.HeatMap) throws(ChartError) {
    try notEmpty(map.cells)
    try notEmpty(map.cells[0])
    for (index, row) in map.cells.enumerated() {
      try sameCount(row, "row \(index)", map.cells[0].count)
      try finite("row \(index)", row)
    }
    if !map.rows.isEmpty { try sameCount(map.rows, "rows", map.cells.count) }
    if !map.columns.isEmpty { try sameCount(map.columns, "columns", map.cells[0].count) }
  }

  private func check(_ line: Mark.NumberLine) throws(ChartError) {
    try notEmpty(line.levels)
    if !line.codes.isEmpty { try sameCount(line.codes, "codes", line.levels.count) }
    if !line.snapped.isEmpty { try sameCount(line.snapped, "snapped", line.points.count) }
    if !line.names.isEmpty { try sameCount(line.names, "names", line.points.count) }
    try numbers(
      [("levels", line.levels), ("points", line.points), ("snapped", line.snapped)], panel.x, "x")
  }

  private func check(_ reference: Mark.Reference) throws(ChartError) {
    switch reference.course {
    case .horizontal(let y): try numbers([("y", [y])], panel.y, "y")
    case .vertical(let x): try numbers([("x", [x])], panel.x, "x")
    case .diagonal(let slope, let intercept):
      try finite("slope and intercept", [slope, intercept])
      if panel.x.scale == .log || panel.y.scale == .log {
        throw .invalid(mark: name, what: "a diagonal needs linear axes: draw it as a line through points")
      }
    }
  }

  private func check(_ grid: Mark.ImageGrid) throws(ChartError) {
    try notEmpty(grid.images)
    guard grid.width > 0, !grid.images[0].isEmpty, grid.images[0].count % grid.width == 0 else {
      throw .invalid(
        mark: name,
        what: "\(grid.images[0].count) pixels make no rows of \(grid.width): give the images' true width")
    }
    for (index, image) in grid.images.enumerated() {
      try sameCount(image, "image \(index)", grid.images[0].count)
      try finite("image \(index)", image)
    }
    if !grid.captions.isEmpty { try sameCount(grid.captions, "captions", grid.images.count) }
  }

  private func checkAxis(_ axis: Axis, _ side: String) throws(ChartError) {
    let ticks = (axis.ticks ?? []).map(\.position)
    let ends = axis.domain.map { [$0.lowerBound, $0.upperBound] } ?? []
    for (what, values) in [("ticks", ticks), ("domain", ends)] {
      try MarkValidation(mark: mark, panel: panel).finite("the \(side) axis's \(what)", values)
    }
    if axis.scale == .log, let low = ends.first, low <= 0 {
      throw .notPositive(mark: "domain", axis: side, value: low)
    }
  }

  // ── Checks of one list ──

  private func notEmpty(_ list: some Collection) throws(ChartError) {
    if list.isEmpty { throw .empty("a \(name)") }
  }

  private func sameCount(_ list: some Collection, _ what: String, _ expected: Int) throws(ChartError) {
    if list.count != expected {
      throw .mismatched(mark: name, what: what, expected: expected, got: list.count)
    }
  }

  private func finite(_ what: String, _ values: [Double]) throws(ChartError) {
    if let index = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(mark: name, what: what, index: index, value: values[index])
    }
  }

  private func rising(_ values: [Double], _ what: String) throws(ChartError) {
    for index in values.indices.dropFirst() where values[index] <= values[index - 1] {
      throw .invalid(
        mark: name,
        what: "\(what) must rise; [\(index)] is \(values[index]) after \(values[index - 1]): sort them")
    }
  }

  private func numbers(_ lists: [(String, [Double])], _ axis: Axis, _ side: String) throws(ChartError) {
    for (what, values) in lists {
      try finite(what, values)
      if axis.scale == .log, let value = values.first(where: { $0 <= 0 }) {
        throw .notPositive(mark: name, axis: side, value: value)
      }
    }
  }
}
