import Support

extension Mark {
  /// A table of numbers as coloured cells, the first row on top.
  public struct HeatMap: Hashable, Codable, Sendable {
    /// How numbers become colours.
    public enum Palette: String, Hashable, Codable, Sendable {
      /// From white to dark blue, for amounts.
      case sequential
      /// From blue through white at zero to vermilion, for signed numbers.
      case diverging
      /// From black to white, for pixels.
      case gray
    }

    /// The numbers, row by row; all rows are equally long.
    public var cells: [[Double]]
    /// The names of the rows; empty for none.
    public var rows: [String]
    /// The names of the columns; empty for none.
    public var columns: [String]
    /// How the number in each cell is written; `nil` writes none.
    public var numbers: NumberFormat?
    /// How numbers become colours.
    public var palette: Palette
    /// The numbers of the outermost colours; `nil` takes those of the cells.
    public var domain: ClosedRange<Double>?
    /// What the colours stand for; with it, a colour bar is drawn.
    public var label: String?
  }

  /// A table of numbers as coloured cells; `numbers` prints each, `label` adds a colour bar.
  public static func heatMap(
    _ cells: some Sequence<some Sequence<some Plottable>>, rows: [String] = [], columns: [String] = [],
    numbers: NumberFormat? = nil, palette: HeatMap.Palette = .sequential, domain: ClosedRange<Double>? = nil,
    label: String? = nil
  ) -> Mark {
    .heatMap(
      HeatMap(
        cells: cells.map(\.plottedValues), rows: rows, columns: columns, numbers: numbers, palette: palette,
        domain: domain, label: label))
  }
}
