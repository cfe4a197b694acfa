import Support

/// One axis of a panel: its title, unit, scale and ticks.
///
/// What is not said is found from the data: a domain that holds it, ticks at 1, 2 or 5 times a power of ten.
public struct Axis: Hashable, Codable, Sendable {
  /// How positions along the axis grow with the numbers.
  public enum Scale: String, Hashable, Codable, Sendable {
    /// In proportion to the difference.
    case linear
    /// In proportion to the ratio; every number must be above zero. Ticks at powers of ten.
    case log
  }

  /// What the numbers are, such as "weight".
  public var title: String?
  /// Their unit, such as "pJ"; written behind the title.
  public var unit: String?
  /// How positions grow with the numbers.
  public var scale: Scale
  /// The numbers at both ends, where marks are cut off; `nil` finds them from the data.
  public var domain: ClosedRange<Double>?
  /// Ticks at places of one's own; `nil` finds them, an empty list draws none.
  public var ticks: [Tick]?
  /// How the found ticks are written; `nil` takes as many digits as tell them apart.
  public var format: NumberFormat?

  /// Creates an axis.
  public init(
    _ title: String? = nil, unit: String? = nil, scale: Scale = .linear, domain: ClosedRange<Double>? = nil,
    ticks: [Tick]? = nil, format: NumberFormat? = nil
  ) {
    (self.title, self.unit, self.scale) = (title, unit, scale)
    (self.domain, self.ticks, self.format) = (domain, ticks, format)
  }

  /// The title with its unit: "energy (pJ)".
  public var heading: String? {
    guard let unit else { return title }
    return title.map { "\($0) (\(unit))" } ?? unit
  }
}

/// A place on an axis and what is written there.
public struct Tick: Hashable, Codable, Sendable {
  /// The number at the tick.
  public var position: Double
  /// What is written; may be empty.
  public var label: String

  /// Creates a tick.
  public init(at position: some Plottable, _ label: String) {
    (self.position, self.label) = (position.plotted, label)
  }
}
