extension Mark {
  /// A note that points at a place; it is moved until it collides with no other text.
  public struct Annotation: Hashable, Codable, Sendable {
    /// What is written; a newline starts a new line.
    public var text: String
    /// The place meant, across.
    public var x: Double
    /// The place meant, upwards.
    public var y: Double
    /// Its colour; `nil` is dark grey.
    public var color: SeriesColor?
  }

  /// A note that points at `x`, `y`.
  public static func annotation(
    _ text: String, x: some Plottable, y: some Plottable, color: SeriesColor? = nil
  ) -> Mark {
    .annotation(Annotation(text: text, x: x.plotted, y: y.plotted, color: color))
  }
}
