/// One mark of a panel: its data, its look, and its geometry on the page.
package struct MarkLayout: Hashable, Codable, Sendable {
  /// The mark as the chart has it, for what is written and coloured by its numbers.
  package var mark: Mark
  /// The look of each series of the mark.
  var styles: [SeriesStyle]
  /// The position of the mark's data on the page.
  package var geometry: MarkGeometry
}

/// The position of a mark's data on the page, in points.
///
/// Layout makes it once; notes keep off it, and painting and preview draw it. Data outside the domain of an axis
/// has a position outside the plot.
package enum MarkGeometry: Hashable, Codable, Sendable {
  /// The corners of a line or staircase, and the centres of its markers; empty without markers.
  case line([Point], markers: [Point])
  /// The centres of points.
  case scatter([Point])
  /// The bars of each series.
  case bars([[Rect]])
  /// The bars of the bins that hold values, and the stripes of the buckets behind them.
  case histogram([Rect], buckets: [BucketStripe])
  /// The area of all cells.
  case heatMap(Rect)
  /// The line, its levels, points and text.
  case numberLine(NumberLineLayout)
  /// The outline: the upper curve, and back along the lower one.
  case band([Point])
  /// The shaded area.
  case region(Rect)
  /// Both ends.
  case reference([Point])
  /// The point that a note points at.
  case annotation(Point)
  /// The boxes and arrows of a diagram.
  case graph(GraphLayout)
  /// The images and their captions.
  case imageGrid(ImageGridLayout)
}

/// A stripe behind a histogram: a bucket, or neighbouring buckets too narrow to tell apart.
package struct BucketStripe: Hashable, Codable, Sendable {
  /// The shade of a stripe.
  package enum Shade: Int, Hashable, Codable, Sendable {
    case used, unused
  }

  /// The width from which a bucket has a stripe and a border of its own.
  static let leastWidth = 7.0

  package var rect: Rect
  package var shade: Shade
  /// Whether the stripe is a bucket that is wide enough to be seen alone.
  package var isBucket: Bool
}

extension MarkGeometry {
  /// The lines that notes should not cover: lines, reference lines, number lines and their arrows.
  var lines: [[Point]] {
    switch self {
    case .line(let points, _): [points]
    case .reference(let ends): [ends]
    case .numberLine(let line): [line.ends] + line.arrows
    default: []
    }
  }

  /// The areas that notes should not cover: points, markers, bars and the targets of annotations.
  var rects: [Rect] {
    switch self {
    case .histogram(let bars, _): bars
    case .bars(let series): Array(series.joined())
    case .annotation(let target): [Self.square(around: target)]
    default: markerRects
    }
  }

  /// The areas of points and markers.
  var markerRects: [Rect] {
    switch self {
    case .line(_, let points), .scatter(let points): points.map(Self.square)
    default: []
    }
  }

  /// The text that belongs to the data: of a number line, a diagram, images.
  var text: [TextRun] {
    switch self {
    case .numberLine(let line): line.codes + line.names.map(\.run) + line.label
    case .graph(let graph):
      graph.boxes.flatMap(\.label) + graph.frames.map(\.label) + graph.links.compactMap(\.label)
    case .imageGrid(let images): images.captions
    default: []
    }
  }

  /// A small square around a point.
  private static func square(around point: Point) -> Rect {
    Rect(x: point.x - 4, y: point.y - 4, width: 8, height: 8)
  }
}
