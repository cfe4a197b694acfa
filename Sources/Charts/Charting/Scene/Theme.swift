/// The colours, sizes and distances of every figure: light, quiet, and suitable for print.
enum Theme {
  static let background = Paint(0xFFFFFF)
  static let foreground = Paint(0x1F2328)
  static let muted = Paint(0x59636E)
  static let axis = Paint(0x6E7781)
  static let zero = Paint(0xB4BBC2)
  static let grid = Paint(0xE7EAED)
  static let unused = Paint(0xE4E6E9)
  static let usedBucket = Paint(0xD3E6F3)
  static let usedBucketAlternate = Paint(0xE9F3FA)

  static let title = Font(16, bold: true)
  static let subtitle = Font(12)
  static let panelTitle = Font(12.5, bold: true)
  static let label = Font(11.5)
  static let tick = Font(11)
  static let small = Font(9.5)

  /// The margin around the page.
  static let margin = 20.0
  /// The gap between neighbouring panels.
  static let gap = 28.0
  /// The length of a tick mark.
  static let tickLength = 4.0
  static let lineWidth = 1.9

  static func paint(_ color: SeriesColor) -> Paint {
    switch color {
    case .blue: Paint(0x0068A8)
    case .vermilion: Paint(0xD35400)
    case .green: Paint(0x008A63)
    case .purple: Paint(0xA8428F)
    case .orange: Paint(0xB98100)
    case .sky: Paint(0x2A96C8)
    case .gray: Paint(0x7A828A)
    case .black: Paint(0x24292E)
    }
  }

  static func dashes(_ dash: Dash, width: Double = lineWidth) -> [Double] {
    switch dash {
    case .solid: []
    case .dashed: [4 * width, 2.4 * width]
    case .dotted: [width, 1.9 * width]
    }
  }
}

extension SeriesStyle {
  var paint: Paint { Theme.paint(color) }
  var bandPaint: Paint { paint.with(alpha: 0.2) }
  var regionPaint: Paint { paint.with(alpha: 0.14) }
}

/// The colours and shapes of a diagram's nodes; the shapes alone distinguish the kinds.
enum GraphTheme {
  static func fill(_ kind: GraphDiagram.Node.Kind) -> Paint {
    switch kind {
    case .staticValue: Paint(0xFFF1DC)
    case .dynamicValue: Paint(0xE3F1FA)
    case .operation: Paint(0xFFFFFF)
    case .layer: Paint(0x3B4754)
    case .quantizer: Paint(0xDDF3EA)
    }
  }

  static func stroke(_ kind: GraphDiagram.Node.Kind) -> Paint {
    switch kind {
    case .staticValue: Paint(0xB06A00)
    case .dynamicValue: Theme.paint(.blue)
    case .operation: Theme.axis
    case .layer: Paint(0x3B4754)
    case .quantizer: Theme.paint(.green)
    }
  }

  static func text(_ kind: GraphDiagram.Node.Kind) -> Paint {
    kind == .layer ? Paint(0xFFFFFF) : Theme.foreground
  }

  static let arrow = Paint(0x57606A)

  /// The outline of a node: square for static values, round for dynamic ones, cut corners for quantizers.
  static func outline(_ kind: GraphDiagram.Node.Kind, _ rect: Rect) -> Path {
    switch kind {
    case .staticValue: return Path(rect)
    case .dynamicValue: return Path(rect, radius: rect.height / 2)
    case .operation, .layer: return Path(rect, radius: 5)
    case .quantizer:
      let cut = min(8, rect.height / 2)
      return Path(
        [
          Point(rect.x + cut, rect.y), Point(rect.maxX - cut, rect.y), Point(rect.maxX, rect.midY),
          Point(rect.maxX - cut, rect.maxY), Point(rect.x + cut, rect.maxY), Point(rect.x, rect.midY),
        ], closed: true)
    }
  }
}
