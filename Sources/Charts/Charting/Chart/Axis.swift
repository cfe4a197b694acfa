import Support

/// One axis of a panel: its title, unit, scale and ticks.
///
/// The domain and the ticks follow from the data unless they are given: a domain that holds all numbers, and
/// ticks at 1, 2 or 5 times a power of ten.
public struct Axis: Hashable, Codable, Sendable {
  /// How positions along the axis depend on the numbers.
  public enum Scale: String, Hashable, Codable, Sendable {
    /// Equal differences are equally long.
    case linear
    /// Equal ratios are equally long; every number must be above zero. Ticks stand at powers of ten.
    case log
  }

  /// The quantity, such as "weight".
  public var title: String?
  /// The unit, such as "pJ"; written in parentheses after the title.
  public var unit: String?
  /// How positions depend on the numbers.
  public var scale: Scale
  /// The numbers at both ends, where marks are clipped; `nil` finds them from the data.
  @CodableNumber public var domain: ClosedRange<Double>?
  /// Explicit ticks; `nil` finds ticks from the domain, an empty list draws none.
  public var ticks: [Tick]?
  /// The number format of automatic ticks; `nil` writes as many digits as tell the ticks apart, as a logarithmic axis
  /// does with percentages and a fixed number of digits too.
  public var format: NumberFormat?

  /// Creates an axis.
  ///
  /// - Parameters:
  ///   - title: The quantity, such as "weight".
  ///   - unit: The unit, such as "pJ".
  ///   - scale: How positions depend on the numbers.
  ///   - domain: The numbers at both ends; `nil` finds them from the data.
  ///   - ticks: Explicit ticks; `nil` finds ticks from the domain.
  ///   - format: The number format of automatic ticks.
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

  /// The heading in a figure, which says so if the scale is logarithmic: "energy (pJ, log scale)".
  package var figureHeading: String? {
    guard scale == .log else { return heading }
    let note = (unit.map { [$0] } ?? []) + ["log scale"]
    let words = note.joined(separator: ", ")
    return title.map { "\($0) (\(words))" } ?? words
  }
}

/// A position on an axis and its label.
public struct Tick: Hashable, Codable, Sendable {
  /// The number at the tick.
  @CodableNumber public var position: Double
  /// The text at the tick; may be empty.
  public var label: String

  /// Creates a tick.
  public init(at position: some Plottable, _ label: String) {
    (self.position, self.label) = (position.plotted, label)
  }
}
