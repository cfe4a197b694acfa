/// The colours, sizes and distances of every figure: light, quiet, and suitable for print.
package enum Theme {
  package static let background = Paint(0xFFFFFF)
  package static let foreground = Paint(0x1F2328)
  static let muted = Paint(0x59636E)
  static let axis = Paint(0x6E7781)
  static let zero = Paint(0xB4BBC2)
  static let grid = Paint(0xE7EAED)
  package static let unused = Paint(0xCCCCC6)
  package static let usedBucket = Paint(0xD4E4FF)

  /// The smallest size of text: 9 points where a README shows a figure of 720 points 830 pixels wide.
  package static let smallestText = 10.5
  static let title = Font(16, bold: true)
  static let subtitle = Font(12)
  static let panelTitle = Font(12.5, bold: true)
  static let label = Font(11.5)
  static let tick = Font(11)
  static let frameLabel = Font(11, bold: true)
  static let small = Font(smallestText)

  /// The margin around the page.
  static let margin = 20.0
  /// The gap between neighbouring panels.
  static let gap = 28.0
  /// The length of a tick mark.
  static let tickLength = 4.0
  static let lineWidth = 1.9

  package static func paint(_ color: SeriesColor) -> Paint {
    switch color {
    case .blue: Paint(0x1764E9)
    case .vermilion: Paint(0xC53100)
    case .green: Paint(0x0F6754)
    case .purple: Paint(0x6A1B7A)
    case .orange: Paint(0xD28105)
    case .sky: Paint(0x129DD4)
    case .gray: Paint(0x8C9098)
    case .black: Paint(0x1F2328)
    }
  }

  /// The colour of text on a background, with a contrast of 4.5 at least: dark, white, or black between the two.
  package static func text(on background: Paint) -> Paint {
    [foreground, Self.background].first { $0.contrast(with: background) >= 4.5 } ?? Paint(0x000000)
  }

  /// A series colour, darkened until text has a contrast of 4.5 on white.
  package static func textPaint(_ color: SeriesColor) -> Paint {
    let paint = paint(color)
    let shares = (0...10).map { Double($0) / 10 }
    return shares.map { paint.mixed(with: foreground, $0) }.first { $0.contrast(with: background) >= 4.5 }
      ?? foreground
  }

  static func dashes(_ dash: Dash, width: Double = lineWidth) -> [Double] {
    switch dash {
    case .solid: []
    case .dashed: [4 * width, 2.4 * width]
    case .dashDotted: [5 * width, 1.8 * width, 1.2 * width, 1.8 * width]
    case .longDashed: [9 * width, 2.4 * width]
    case .dotted: [1.2 * width, 1.6 * width]
    }
  }
}

extension SeriesStyle {
  var paint: Paint { Theme.paint(color) }
  /// The colour of text in the series' colour: darkened until it can be read on white.
  var textPaint: Paint { Theme.textPaint(color) }
  var bandPaint: Paint { paint.with(alpha: 0.2) }
  var regionPaint: Paint { paint.with(alpha: 0.16) }
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
    case .dynamicValue: Paint(0x0068A8)
    case .operation: Theme.axis
    case .layer: Paint(0x3B4754)
    case .quantizer: Theme.paint(.green)
    }
  }

  static func text(_ kind: GraphDiagram.Node.Kind) -> Paint {
    Theme.text(on: fill(kind))
  }

  static let arrow = Paint(0x57606A)
  /// The border and label of a frame around boxes.
  static let frame = Paint(0x3B4754)
  static let frameFill = Paint(0xF3F4F6)

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
