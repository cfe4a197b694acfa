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
