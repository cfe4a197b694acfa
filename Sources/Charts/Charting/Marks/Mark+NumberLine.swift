extension Mark {
  /// A row of levels on the horizontal axis, and points above it with arrows to where they snap.
  ///
  /// Several in one panel are stacked, first on top, on one axis.
  public struct NumberLine: Hashable, Codable, Sendable {
    /// The real numbers that a code stands for, drawn as ticks on the line.
    public var levels: [Double]
    /// What is written under each level, such as its code; empty for none.
    public var codes: [String]
    /// The numbers before quantization, drawn as points above the line.
    public var points: [Double]
    /// Where the arrow of each point ends; empty for no arrows.
    public var snapped: [Double]
    /// What is written above each point; empty for nothing.
    public var names: [String]
    /// The name of this line, at its left.
    public var label: String?
    /// The colour of points and arrows; `nil` takes the next unused one.
    public var color: SeriesColor?
  }

  /// A number line: `levels` as ticks with `codes` under them, `points` above, arrows to `snapped`.
  public static func numberLine(
    levels: some Sequence<some Plottable>, codes: [String] = [], points: some Sequence<some Plottable>,
    snapped: some Sequence<some Plottable>, names: [String] = [], label: String? = nil,
    color: SeriesColor? = nil
  ) -> Mark {
    .numberLine(
      NumberLine(
        levels: levels.plottedValues, codes: codes.map(typeset), points: points.plottedValues,
        snapped: snapped.plottedValues, names: names.map(typeset), label: label, color: color))
  }

  /// A number's hyphen becomes a minus sign, as on every axis.
  private static func typeset(_ code: String) -> String {
    code.wholeMatch(of: /-[0-9.]+/) == nil ? code : code.replacing("-", with: "−")
  }

  /// A number line of levels alone, with `codes` under them.
  public static func numberLine(
    levels: some Sequence<some Plottable>, codes: [String] = [], label: String? = nil,
    color: SeriesColor? = nil
  ) -> Mark {
    .numberLine(
      levels: levels, codes: codes, points: [Double](), snapped: [Double](), label: label, color: color)
  }
}
