import Support

extension Mark {
  /// A row of levels on the horizontal axis, and points above it with arrows to the levels they snap to.
  ///
  /// Several number lines in one panel share one axis; the first is on top.
  public struct NumberLine: Hashable, Codable, Sendable {
    /// The real numbers that have a code, drawn as ticks on the line.
    @CodableNumber public var levels: [Double]
    /// The text under each level, such as its code; empty for none.
    public var codes: [String]
    /// The numbers before quantization, drawn as points above the line.
    @CodableNumber public var points: [Double]
    /// The level at the end of each point's arrow; empty for no arrows.
    @CodableNumber public var snapped: [Double]
    /// The text above each point; empty for none.
    public var names: [String]
    /// The name of the line, at its left.
    public var label: String?
    /// The colour of points and arrows; `nil` is that of floats.
    public var color: SeriesColor?
  }

  /// A number line with points that snap to levels.
  ///
  /// - Parameters:
  ///   - levels: The real numbers that have a code, drawn as ticks on the line.
  ///   - codes: The text under each level, such as its code; empty for none.
  ///   - points: The numbers before quantization, drawn as points above the line.
  ///   - snapped: The level at the end of each point's arrow; empty for no arrows.
  ///   - names: The text above each point; empty for none.
  ///   - label: The name of the line, at its left.
  ///   - color: The colour of points and arrows; `nil` is that of floats.
  /// - Returns: The mark.
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

  /// A number with a minus sign in place of its hyphen, as on every axis; other text unchanged.
  private static func typeset(_ code: String) -> String {
    code.wholeMatch(of: /-[0-9.]+/) == nil ? code : code.replacing("-", with: "−")
  }

  /// A number line of levels without points.
  ///
  /// - Parameters:
  ///   - levels: The real numbers that have a code, drawn as ticks on the line.
  ///   - codes: The text under each level, such as its code; empty for none.
  ///   - label: The name of the line, at its left.
  ///   - color: The colour; `nil` is that of floats.
  /// - Returns: The mark.
  public static func numberLine(
    levels: some Sequence<some Plottable>, codes: [String] = [], label: String? = nil,
    color: SeriesColor? = nil
  ) -> Mark {
    .numberLine(
      levels: levels, codes: codes, points: [Double](), snapped: [Double](), label: label, color: color)
  }
}
