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

extension Mark {
  /// Small grey images in a grid, each with a caption, 0 black and 1 white.
  public struct ImageGrid: Hashable, Codable, Sendable {
    /// The pixels of each image, row by row.
    public var images: [[Double]]
    /// How many pixels make a row; 28 for digits.
    public var width: Int
    /// What is written under each; empty for nothing.
    public var captions: [String]
    /// How many images stand side by side; `nil` finds a good number.
    public var columns: Int?
    /// The numbers that are black and white.
    public var domain: ClosedRange<Double>
  }

  /// A grid of grey images, `width` pixels wide; `domain` says which numbers are black and white.
  public static func imageGrid(
    _ images: some Sequence<some Sequence<some Plottable>>, width: Int = 28, captions: [String] = [],
    columns: Int? = nil, domain: ClosedRange<Double> = 0...1
  ) -> Mark {
    .imageGrid(
      ImageGrid(
        images: images.map(\.plottedValues), width: width, captions: captions, columns: columns,
        domain: domain))
  }
}
