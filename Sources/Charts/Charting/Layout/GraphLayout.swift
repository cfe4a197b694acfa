/// The layout of a node-link diagram.
package struct GraphLayout: Hashable, Codable, Sendable {
  /// A node on the page.
  package struct Box: Hashable, Codable, Sendable {
    package var kind: GraphDiagram.Node.Kind
    package var rect: Rect
    package var label: [TextRun]
  }

  /// An edge on the page.
  package struct Link: Hashable, Codable, Sendable {
    package var path: Path
    /// The point where the arrow ends.
    package var tip: Point
    /// A point behind the tip, which gives the arrow's direction.
    package var tail: Point
    package var dash: Dash
    package var label: TextRun?
  }

  /// A frame around boxes on the page.
  package struct Frame: Hashable, Codable, Sendable {
    package var rect: Rect
    package var label: TextRun
    /// The indices of the boxes in it.
    package var boxes: Set<Int>
  }

  package var boxes: [Box]
  package var links: [Link]
  package var size: Size
  /// The frames around boxes, outer ones first.
  package var frames: [Frame] = []

  /// The diagram at another position.
  func translated(by dx: Double, _ dy: Double) -> GraphLayout {
    func translated(_ p: Point) -> Point { p.translated(by: dx, dy) }
    var layout = self
    for index in boxes.indices {
      layout.boxes[index].rect = boxes[index].rect.translated(by: dx, dy)
      layout.boxes[index].label = boxes[index].label.map { $0.translated(by: dx, dy) }
    }
    for index in frames.indices {
      layout.frames[index].rect = frames[index].rect.translated(by: dx, dy)
      layout.frames[index].label = frames[index].label.translated(by: dx, dy)
    }
    for index in links.indices {
      layout.links[index].tip = translated(links[index].tip)
      layout.links[index].tail = translated(links[index].tail)
      layout.links[index].label = links[index].label?.translated(by: dx, dy)
      layout.links[index].path.elements = links[index].path.elements.map { element in
        switch element {
        case .move(let p): .move(translated(p))
        case .line(let p): .line(translated(p))
        case .curve(let a, let b, let p): .curve(translated(a), translated(b), translated(p))
        case .close: .close
        }
      }
    }
    return layout
  }
}

extension GraphLayout {
  /// Whether a frame touches no box but its own.
  func holdsOnlyItsBoxes(_ frame: Frame) -> Bool {
    boxes.indices.allSatisfy { frame.boxes.contains($0) || !frame.rect.intersects(boxes[$0].rect) }
  }
}
