/// The colours and shapes of a diagram's nodes: no colour is needed to tell them apart.
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
    kind == .layer ? Paint(0xFFFFFF) : Theme.ink
  }

  static let arrow = Paint(0x57606A)

  /// The outline of a node: square for what is fixed, round for what flows, cut corners for quantizers.
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
