import Charting
import Foundation
import Support
import Testing

@Suite struct GraphLayoutTests {
  private typealias Node = GraphDiagram.Node
  private typealias Edge = GraphDiagram.Edge

  private func layout(_ nodes: [GraphDiagram.Node], _ edges: [GraphDiagram.Edge]) throws -> GraphLayout {
    let chart = Chart(marks: [.graph(nodes: nodes, edges: edges)])
    return try #require(try Self.graph(of: chart))
  }

  private static func graph(of chart: Chart) throws -> GraphLayout? {
    guard case .graph(let graph) = try chart.layout(measurer: .monospaced).panels[0].marks[0].geometry else {
      return nil
    }
    return graph
  }

  @Test func `boxes never overlap, and edges of dynamic values run forward`() throws {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<60 {
      let count = 3 + generator.below(7)
      let nodes = (0..<count).map { index in
        Node("n\(index)", String(repeating: "x", count: 1 + generator.below(6)), kind: .operation)
      }
      var edges: [Edge] = (1..<count).map { Edge("n\(generator.below($0))", "n\($0)") }
      if count > 4 { edges.append(Edge("n0", "n\(count - 1)")) }
      let layout = try layout(nodes, edges)
      for (index, box) in layout.boxes.enumerated() {
        #expect(layout.boxes[..<index].allSatisfy { !$0.rect.intersects(box.rect) })
      }
      for edge in edges {
        let from = try #require(nodes.firstIndex { $0.id == edge.from })
        let to = try #require(nodes.firstIndex { $0.id == edge.to })
        let (a, b) = (layout.boxes[from].rect, layout.boxes[to].rect)
        #expect(a.maxX < b.x || a.maxY < b.y)
      }
    }
  }

  @Test func `a frame holds its boxes and no other, and frames in it`() throws {
    let graph = try #require(try Self.graph(of: Gallery.wrapper))
    #expect(graph.frames.map(\.label.text) == ["ClipWrapper", "the layer inside"])
    #expect(graph.frames.map(\.boxes) == [[1, 2, 3, 4], [3, 4]])
    for frame in graph.frames {
      for (index, box) in graph.boxes.enumerated() {
        #expect(
          frame.boxes.contains(index) ? frame.rect.contains(box.rect) : !frame.rect.intersects(box.rect))
      }
      #expect(frame.rect.contains(frame.label.box))
    }
    #expect(graph.frames[0].rect.contains(graph.frames[1].rect))
    #expect(graph.boxes[0].rect.midY == graph.boxes[5].rect.midY, "a page is wide enough for it")
  }

  @Test func `the label of a frame stands beside the arrow that runs down into it`() throws {
    let nodes = (0..<9).map { Node("\($0)", "a box of some width", kind: .operation) }
    let edges = (1..<9).map { Edge("\($0 - 1)", "\($0)") }
    let groups = [GraphDiagram.Group("a frame with a rather long label", ["3", "4"])]
    let chart = Chart(marks: [.graph(nodes: nodes, edges: edges, groups: groups)])
    let graph = try #require(try Self.graph(of: chart))
    #expect(graph.boxes[1].rect.y > graph.boxes[0].rect.maxY)
    #expect(graph.frames[0].label.box.maxX < graph.boxes[3].rect.midX)
    #expect(graph.frames[0].rect.contains(graph.boxes[4].rect))
  }

  @Test func `a frame around boxes that are far apart, or missing, is refused`() throws {
    let nodes = ["a", "b", "c"].map { Node($0, kind: .operation) }
    let edges = [Edge("a", "b"), Edge("b", "c")]
    for (group, message) in [
      (["a", "c"], "would go through boxes outside"), (["a", "d"], "names no node: add “d”"),
    ] {
      let chart = Chart(marks: [.graph(nodes: nodes, edges: edges, groups: [.init("frame", group)])])
      let error = #expect(throws: ChartError.self) { try chart.layout() }
      #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
    }
  }

  @Test func `a diagram written before there were frames is read`() throws {
    let json = #"{"nodes": [{"id": "a", "label": "a", "kind": "layer"}], "edges": []}"#
    let diagram = try JSONDecoder().decode(GraphDiagram.self, from: Data(json.utf8))
    #expect(diagram == GraphDiagram(nodes: [Node("a", kind: .layer)], edges: []))
    #expect(try JSONDecoder().decode(GraphDiagram.self, from: JSONEncoder().encode(diagram)) == diagram)
  }

  @Test func `static chains stand above and below their consumer`() throws {
    let layout = try layout(
      [
        Node("x", kind: .dynamicValue), Node("w", kind: .staticValue), Node("q", kind: .quantizer),
        Node("conv", kind: .operation), Node("b", kind: .staticValue),
      ],
      [Edge("x", "conv"), Edge("w", "q"), Edge("q", "conv"), Edge("b", "conv")])
    let rects = layout.boxes.map(\.rect)
    let (x, w, q, conv, b) = (rects[0], rects[1], rects[2], rects[3], rects[4])
    #expect(w.maxY < q.y && q.maxY < conv.y && conv.maxY < b.y)
    for rect in [w, q, b] { #expect(abs(rect.midX - conv.midX) < 1e-9) }
    #expect(abs(x.midY - conv.midY) < 1e-9)
  }

  @Test func `a chain stays straight beside a skip connection`() throws {
    let graph = try #require(try Self.graph(of: Gallery.residual))
    let isVertical = graph.boxes[1].rect.y > graph.boxes[0].rect.maxY
    let middles = graph.boxes.map { isVertical ? $0.rect.midX : $0.rect.midY }
    #expect(middles.allSatisfy { abs($0 - middles[0]) < 0.5 })
  }

  @Test func `a graph too wide for the page runs downwards`() throws {
    let nodes = (0..<14).map { Node("a long layer name \($0)", kind: .layer) }
    let edges = zip(nodes, nodes.dropFirst()).map { Edge($0.id, $1.id) }
    let boxes = try layout(nodes, edges).boxes.map(\.rect)
    #expect(zip(boxes, boxes.dropFirst()).allSatisfy { $0.maxY < $1.y })
  }

  @Test func `missing nodes, duplicate ids and cycles are errors`() {
    let a = Node("a", kind: .operation)
    let b = Node("b", kind: .operation)
    func message(_ nodes: [GraphDiagram.Node], _ edges: [GraphDiagram.Edge]) -> String {
      do throws(ChartError) {
        _ = try Chart(marks: [.graph(nodes: nodes, edges: edges)]).layout(measurer: .monospaced)
        return "no error"
      } catch { return error.description }
    }
    #expect(message([a], [Edge("a", "z")]).contains("add “z”"))
    #expect(message([a, a], []).contains("two nodes have the id “a”"))
    #expect(message([a, b], [Edge("a", "b"), Edge("b", "a")]).contains("in a circle through a, b"))
  }
}
