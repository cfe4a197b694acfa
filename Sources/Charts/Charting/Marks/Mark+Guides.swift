import Support

extension Mark {
  /// A straight line for comparison, with its label beside it: a threshold, an ideal, a theory.
  public struct Reference: Hashable, Codable, Sendable {
    /// The direction and position of a line.
    public enum Course: Hashable, Sendable {
      /// The line of all points with one y.
      case horizontal(y: Double)
      /// The line of all points with one x.
      case vertical(x: Double)
      /// The line y = slope · x + intercept; linear axes only.
      case diagonal(slope: Double, intercept: Double)
    }

    /// The direction and position of the line.
    public var course: Course
    /// The text beside the line.
    public var label: String?
    /// The colour; `nil` is dark grey.
    public var color: SeriesColor?
    /// The dash pattern.
    public var dash: Dash
  }

  /// A horizontal line across the panel.
  ///
  /// - Parameters:
  ///   - y: The vertical position.
  ///   - label: The text beside the line.
  ///   - color: The colour; `nil` is dark grey.
  ///   - dash: The dash pattern.
  /// - Returns: The mark.
  public static func horizontalLine(
    at y: some Plottable, label: String? = nil, color: SeriesColor? = nil, dash: Dash = .dashed
  ) -> Mark {
    .reference(Reference(course: .horizontal(y: y.plotted), label: label, color: color, dash: dash))
  }

  /// A vertical line across the panel.
  ///
  /// - Parameters:
  ///   - x: The horizontal position.
  ///   - label: The text beside the line.
  ///   - color: The colour; `nil` is dark grey.
  ///   - dash: The dash pattern.
  /// - Returns: The mark.
  public static func verticalLine(
    at x: some Plottable, label: String? = nil, color: SeriesColor? = nil, dash: Dash = .dashed
  ) -> Mark {
    .reference(Reference(course: .vertical(x: x.plotted), label: label, color: color, dash: dash))
  }

  /// The line y = `slope` · x + `intercept`; linear axes only.
  ///
  /// - Parameters:
  ///   - slope: The rise of y a unit of x.
  ///   - intercept: The y at x = 0.
  ///   - label: The text beside the line.
  ///   - color: The colour; `nil` is dark grey.
  ///   - dash: The dash pattern.
  /// - Returns: The mark.
  public static func diagonalLine(
    slope: Double = 1, intercept: Double = 0, label: String? = nil, color: SeriesColor? = nil,
    dash: Dash = .dashed
  ) -> Mark {
    .reference(
      Reference(
        course: .diagonal(slope: slope, intercept: intercept), label: label, color: color, dash: dash))
  }
}

extension Mark {
  /// A range of one axis or both, lightly shaded: where values are clipped, for example.
  public struct Region: Hashable, Codable, Sendable {
    /// The horizontal range; `nil` is the whole axis.
    @CodableNumber public var x: ClosedRange<Double>?
    /// The vertical range; `nil` is the whole axis.
    @CodableNumber public var y: ClosedRange<Double>?
    /// The name in the legend.
    public var label: String?
    /// The colour; `nil` is grey.
    public var color: SeriesColor?
  }

  /// A shaded range of one axis, or the rectangle of two ranges; it does not widen the axes.
  ///
  /// - Parameters:
  ///   - x: The horizontal range; `nil` is the whole axis.
  ///   - y: The vertical range; `nil` is the whole axis.
  ///   - label: The name in the legend.
  ///   - color: The colour; `nil` is grey.
  /// - Returns: The mark.
  public static func region(
    x: ClosedRange<Double>? = nil, y: ClosedRange<Double>? = nil, label: String? = nil,
    color: SeriesColor? = nil
  ) -> Mark {
    .region(Region(x: x, y: y, label: label, color: color))
  }
}

extension Mark {
  /// A note that points at a location; its text is placed where it covers no other text.
  public struct Annotation: Hashable, Codable, Sendable {
    /// The text; a newline starts a new line.
    public var text: String
    /// The horizontal position that the note points at.
    @CodableNumber public var x: Double
    /// The vertical position that the note points at.
    @CodableNumber public var y: Double
    /// The colour; `nil` is dark grey.
    public var color: SeriesColor?
  }

  /// A note that points at `x`, `y`.
  ///
  /// - Parameters:
  ///   - text: The text; a newline starts a new line.
  ///   - x: The horizontal position that the note points at.
  ///   - y: The vertical position that the note points at.
  ///   - color: The colour; `nil` is dark grey.
  /// - Returns: The mark.
  public static func annotation(
    _ text: String, x: some Plottable, y: some Plottable, color: SeriesColor? = nil
  ) -> Mark {
    .annotation(Annotation(text: text, x: x.plotted, y: y.plotted, color: color))
  }
}

extension Mark.Reference.Course: Codable {
  private enum CodingKeys: String, CodingKey { case horizontal, vertical, diagonal }
  private enum NumberKeys: String, CodingKey { case x, y, slope, intercept }

  /// Reads a course, of which some numbers may be texts.
  ///
  /// - Throws: `DecodingError` if it is none of the three.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func numbers(_ kind: CodingKeys, _ keys: NumberKeys...) throws -> [Double] {
      let numbers = try container.nestedContainer(keyedBy: NumberKeys.self, forKey: kind)
      return try keys.map { try numbers.decode(CodableNumber<Double>.self, forKey: $0).wrappedValue }
    }
    switch container.allKeys.first {
    case .horizontal: self = .horizontal(y: try numbers(.horizontal, .y)[0])
    case .vertical: self = .vertical(x: try numbers(.vertical, .x)[0])
    case .diagonal:
      let both = try numbers(.diagonal, .slope, .intercept)
      self = .diagonal(slope: both[0], intercept: both[1])
    case nil:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "expected a horizontal, vertical or diagonal course"))
    }
  }

  /// Writes the course; numbers that are not finite are texts.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    func write(_ kind: CodingKeys, _ values: KeyValuePairs<NumberKeys, Double>) throws {
      var numbers = container.nestedContainer(keyedBy: NumberKeys.self, forKey: kind)
      for (key, value) in values { try numbers.encode(CodableNumber(wrappedValue: value), forKey: key) }
    }
    switch self {
    case .horizontal(let y): try write(.horizontal, [.y: y])
    case .vertical(let x): try write(.vertical, [.x: x])
    case .diagonal(let slope, let intercept): try write(.diagonal, [.slope: slope, .intercept: intercept])
    }
  }
}
