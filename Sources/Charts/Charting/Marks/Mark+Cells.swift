import Support

extension Mark {
  /// A table of numbers as coloured cells, the first row on top.
  public struct HeatMap: Hashable, Codable, Sendable {
    /// The map from numbers to colours.
    public enum Palette: String, Hashable, Codable, Sendable {
      /// From white to dark blue, for amounts.
      case sequential
      /// From blue through white at zero to vermilion, for signed numbers.
      case diverging
      /// From black to white, for pixels.
      case gray
    }

    /// The numbers, row by row; all rows are equally long.
    @CodableNumber public var cells: [[Double]]
    /// The names of the rows; empty for none.
    public var rows: [String]
    /// The names of the columns; empty for none.
    public var columns: [String]
    /// The format of the number in each cell; `nil` writes none.
    public var numbers: NumberFormat?
    /// The map from numbers to colours.
    public var palette: Palette
    /// The numbers at both ends of the palette; `nil` takes the range of the cells.
    @CodableNumber public var domain: ClosedRange<Double>?
    /// The quantity that the colours show; with a label, a colour bar is drawn.
    public var label: String?
  }

  /// A table of numbers as coloured cells.
  ///
  /// - Parameters:
  ///   - cells: The numbers, row by row; all rows are equally long.
  ///   - rows: The names of the rows; empty for none.
  ///   - columns: The names of the columns; empty for none.
  ///   - numbers: The format of the number in each cell; `nil` writes none.
  ///   - palette: The map from numbers to colours.
  ///   - domain: The numbers at both ends of the palette; `nil` takes the range of the cells.
  ///   - label: The quantity that the colours show; with a label, a colour bar is drawn.
  /// - Returns: The mark.
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
  /// Small grey images in a grid, each with a caption.
  public struct ImageGrid: Hashable, Codable, Sendable {
    /// The pixels of each image, row by row.
    @CodableNumber public var images: [[Double]]
    /// The width of an image in pixels; 28 for digits.
    public var width: Int
    /// The text under each image; empty for none.
    public var captions: [String]
    /// The number of images side by side; `nil` finds a good number.
    public var columns: Int?
    /// The numbers shown as black and as white.
    @CodableNumber public var domain: ClosedRange<Double>
  }

  /// A grid of grey images.
  ///
  /// - Parameters:
  ///   - images: The pixels of each image, row by row; all images are equally large.
  ///   - width: The width of an image in pixels.
  ///   - captions: The text under each image; empty for none.
  ///   - columns: The number of images side by side; `nil` finds a good number.
  ///   - domain: The numbers shown as black and as white.
  /// - Returns: The mark.
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
