/// A node-link diagram at its place.
package struct GraphLayout: Hashable, Codable, Sendable {
  package struct Box: Hashable, Codable, Sendable {
    package var kind: GraphDiagram.Node.Kind
    package var rect: Rect
    package var label: [TextRun]
  }

  package struct Link: Hashable, Codable, Sendable {
    package var path: Path
    /// Where the arrow ends, and a point it comes from.
    package var tip: Point
    package var tail: Point
    package var dash: Dash
    package var label: TextRun?
  }

  package var boxes: [Box]
  package var links: [Link]
  package var size: Size

  func translated(by dx: Double, _ dy: Double) -> GraphLayout {
    func move(_ p: Point) -> Point { p.translated(by: dx, dy) }
    var layout = self
    for index in boxes.indices {
      layout.boxes[index].rect = boxes[index].rect.translated(by: dx, dy)
      layout.boxes[index].label = boxes[index].label.map { $0.translated(by: dx, dy) }
    }
    for index in links.indices {
      layout.links[index].tip = move(links[index].tip)
      layout.links[index].tail = move(links[index].tail)
      layout.links[index].label = links[index].label?.translated(by: dx, dy)
      layout.links[index].path.elements = links[index].path.elements.map { element in
        switch element {
        case .move(let p): .move(move(p))
        case .line(let p): .line(move(p))
        case .curve(let a, let b, let p): .curve(move(a), move(b), move(p))
        case .close: .close
        }
      }
    }
    return layout
  }
}
