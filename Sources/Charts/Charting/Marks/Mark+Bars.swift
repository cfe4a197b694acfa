import Support

extension Mark {
  /// Bars with names, in groups if there are several series.
  public struct Bars: Hashable, Codable, Sendable {
    /// The direction in which bars grow.
    public enum Direction: String, Hashable, Codable, Sendable {
      /// Upwards, with the names below.
      case vertical
      /// To the right, with the names at the left: for long names.
      case horizontal
    }

    /// One bar for each name.
    public struct Series: Hashable, Codable, Sendable {
      /// The lengths of the bars.
      @CodableNumber public var values: [Double]
      /// The name in the legend.
      public var label: String?
      /// The colour; `nil` takes the next unused one.
      public var color: SeriesColor?

      /// Creates a series.
      public init(_ values: some Sequence<some Plottable>, label: String? = nil, color: SeriesColor? = nil) {
        (self.values, self.label, self.color) = (values.plottedValues, label, color)
      }
    }

    /// The names under the bars, or at their left.
    public var names: [String]
    /// The series; several stand side by side.
    public var series: [Series]
    /// The direction in which bars grow.
    public var direction: Direction
    /// The format of the number at the end of each bar; `nil` writes none.
    public var numbers: NumberFormat?
  }

  /// One bar for each name.
  ///
  /// - Parameters:
  ///   - names: The names of the bars.
  ///   - values: The lengths of the bars, one for each name.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` takes the next unused one.
  ///   - direction: The direction in which bars grow.
  ///   - numbers: The format of the number at the end of each bar; `nil` writes none.
  /// - Returns: The mark.
  public static func bars(
    _ names: [String], _ values: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil,
    direction: Bars.Direction = .vertical, numbers: NumberFormat? = nil
  ) -> Mark {
    .bars(
      names, series: [Bars.Series(values, label: label, color: color)], direction: direction,
      numbers: numbers)
  }

  /// A group of bars for each name, with one bar of every series.
  ///
  /// - Parameters:
  ///   - names: The names of the groups.
  ///   - series: The series, each with one value for each name.
  ///   - direction: The direction in which bars grow.
  ///   - numbers: The format of the number at the end of each bar; `nil` writes none.
  /// - Returns: The mark.
  public static func bars(
    _ names: [String], series: [Bars.Series], direction: Bars.Direction = .vertical,
    numbers: NumberFormat? = nil
  ) -> Mark {
    .bars(Bars(names: names, series: series, direction: direction, numbers: numbers))
  }
}
