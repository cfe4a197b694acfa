import Support

extension Mark {
  /// Bars for named things, in groups if there are several series.
  public struct Bars: Hashable, Codable, Sendable {
    /// Which way the bars grow.
    public enum Direction: String, Hashable, Codable, Sendable {
      /// Upwards, the names below.
      case vertical
      /// To the right, the names at the left: for long names.
      case horizontal
    }

    /// One bar for each of the names.
    public struct Series: Hashable, Codable, Sendable {
      /// The lengths of the bars.
      public var values: [Double]
      /// Its name in the legend.
      public var label: String?
      /// Its colour; `nil` takes the next unused one.
      public var color: SeriesColor?

      /// Creates a series.
      public init(_ values: some Sequence<some Plottable>, label: String? = nil, color: SeriesColor? = nil) {
        (self.values, self.label, self.color) = (values.plottedValues, label, color)
      }
    }

    /// What the bars stand for.
    public var names: [String]
    /// One series, or several side by side.
    public var series: [Series]
    /// Which way the bars grow.
    public var direction: Direction
    /// How the number at the end of each bar is written; `nil` writes none.
    public var numbers: NumberFormat?
  }

  /// One bar for each name; `numbers` writes each value at the end of its bar.
  public static func bars(
    _ names: [String], _ values: some Sequence<some Plottable>, label: String? = nil,
    color: SeriesColor? = nil,
    direction: Bars.Direction = .vertical, numbers: NumberFormat? = nil
  ) -> Mark {
    .bars(
      names, series: [Bars.Series(values, label: label, color: color)], direction: direction,
      numbers: numbers)
  }

  /// A group of bars for each name, one bar of every series in it.
  public static func bars(
    _ names: [String], series: [Bars.Series], direction: Bars.Direction = .vertical,
    numbers: NumberFormat? = nil
  ) -> Mark {
    .bars(Bars(names: names, series: series, direction: direction, numbers: numbers))
  }
}
