extension Mark {
  /// A range of one axis or both, lightly shaded: where values are clipped, say.
  public struct Region: Hashable, Codable, Sendable {
    /// The range across; `nil` is all of the axis.
    public var x: ClosedRange<Double>?
    /// The range upwards; `nil` is all of the axis.
    public var y: ClosedRange<Double>?
    /// Its name in the legend.
    public var label: String?
    /// Its colour; `nil` is grey.
    public var color: SeriesColor?
  }

  /// Shades a range across, a range upwards, or the rectangle of both; does not widen the axes.
  public static func region(
    x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil, label: String? = nil,
    color: SeriesColor? = nil
  ) -> Mark {
    .region(Region(x: x, y: y, label: label, color: color))
  }
}
