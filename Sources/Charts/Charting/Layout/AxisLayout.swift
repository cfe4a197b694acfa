import Support

/// One axis at its place: the scale, its ticks with their labels, and its heading.
package struct AxisLayout: Hashable, Codable, Sendable {
  /// A tick at its place along the axis.
  package struct TickLayout: Hashable, Codable, Sendable {
    package var value: Double
    /// The place on the page along the axis.
    package var position: Double
    /// The lines of its label; empty where the label had to give way.
    package var label: [TextRun]
  }

  package var scale: AxisScale
  package var ticks: [TickLayout]
  /// Places of the unlabelled ticks of a logarithmic axis.
  package var minors: [Double]
  package var heading: TextRun?
  /// Whether the ticks are names: no tick marks and no grid.
  package var isNamed: Bool
}

/// What an axis shows before it has a place: its domain, and names if it has names for numbers.
struct AxisContent {
  var axis: Axis
  var extent: Extent
  /// Explicit ticks: names of bars and cells, or the author's own.
  var names: [Tick]?
  var isNamed: Bool
  /// Whether the axis runs downwards, as the rows of a table do.
  var reversed = false
  /// Whether ticks and heading are shown at all.
  var isVisible = true

  /// The scale between two places on the page.
  func scale(from start: Double, to end: Double) -> AxisScale {
    let (low, high) = extent.domain(of: axis)
    return reversed
      ? AxisScale(axis.scale, low, high, from: end, to: start)
      : AxisScale(axis.scale, low, high, from: start, to: end)
  }

  /// The ticks inside the domain, about `count` if they are to be found.
  func ticks(on scale: AxisScale, count: Int) -> [Tick] {
    guard isVisible else { return [] }
    if let names { return names.filter { scale.contains($0.position) } }
    switch axis.scale {
    case .linear:
      return NiceTicks.linear(
        scale.low, scale.high, count: count, whole: extent.whole && axis.format == nil, format: axis.format)
    case .log:
      return NiceTicks.logarithmic(scale.low, scale.high, count: count, format: axis.format)
    }
  }
}

extension AxisContent {
  /// The content of both axes of a panel.
  static func axes(of panel: Panel) -> (x: AxisContent, y: AxisContent) {
    var (x, y) = (Extent(), Extent())
    var (xNames, yNames): ([Tick]?, [Tick]?)
    var (isXNamed, isYNamed, rowsDown, hidesY) = (false, false, false, false)
    for mark in panel.marks {
      let extents = mark.extents(on: panel.x.scale, panel.y.scale)
      x.include(extents.x)
      y.include(extents.y)
      switch mark {
      case .bars(let bars):
        let names = bars.names.enumerated().map { Tick(at: $0.offset, $0.element) }
        if bars.direction == .vertical {
          (xNames, isXNamed) = (names, true)
        } else {
          (yNames, isYNamed, rowsDown) = (names, true, true)
        }
      case .heatMap(let map):
        xNames = map.columns.enumerated().map { Tick(at: $0.offset, $0.element) }
        yNames = map.rows.enumerated().map { Tick(at: $0.offset, $0.element) }
        (isXNamed, isYNamed, rowsDown) = (true, true, true)
      case .numberLine: hidesY = true
      default: break
      }
    }
    return (
      AxisContent(axis: panel.x, extent: x, names: panel.x.ticks ?? xNames, isNamed: isXNamed),
      AxisContent(
        axis: panel.y, extent: y, names: panel.y.ticks ?? yNames, isNamed: isYNamed, reversed: rowsDown,
        isVisible: !hidesY)
    )
  }
}
