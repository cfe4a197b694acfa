import Support

/// One axis on the page: the scale, its ticks with their labels, and its heading.
package struct AxisLayout: Hashable, Codable, Sendable {
  /// A tick at a position along the axis.
  package struct TickLayout: Hashable, Codable, Sendable {
    /// The number at the tick.
    package var value: Double
    /// The coordinate on the page, along the axis.
    package var position: Double
    /// The lines of the label; empty where there is no room for it.
    package var label: [TextRun]
  }

  package var scale: AxisScale
  /// The rule that gives ticks for another length, such as that of a preview.
  package var tickRule: TickRule
  package var ticks: [TickLayout]
  /// The positions of the unlabelled ticks of a logarithmic axis.
  package var minors: [Double]
  /// The lines of the heading; empty for none.
  package var heading: [TextRun]
  /// Whether the ticks are names: no tick marks and no grid.
  package var isNamed: Bool

  /// The axis as the chart has it.
  package var axis: Axis { tickRule.axis }

  /// About `count` ticks, which another length than the page's may want.
  func ticks(count: Int) -> [Tick] { tickRule.ticks(on: scale, count: count) }
}
