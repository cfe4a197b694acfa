extension GraphLayoutEngine {
  private static let framePadding = 10.0
  private static let frameLabelHeight = 17.0

  /// For each frame of the diagram, the indices of its nodes; outer frames first.
  private var members: [(group: GraphDiagram.Group, nodes: Set<Int>)] {
    var index: [String: Int] = [:]
    for (position, node) in diagram.nodes.enumerated() { index[node.id] = position }
    return diagram.groups.map { ($0, Set($0.nodes.compactMap { index[$0] })) }
      .sorted { $0.1.count > $1.1.count }
  }

  /// The frames around boxes, each wide enough for its label and the frames in it.
  func frames(around boxes: [GraphLayout.Box]) -> [GraphLayout.Frame] {
    var frames: [GraphLayout.Frame] = []
    for (group, nodes) in members.reversed() where !nodes.isEmpty {
      let inner = nodes.map { boxes[$0].rect } + frames.filter { $0.boxes.isSubset(of: nodes) }.map(\.rect)
      let (left, top) = (inner.map(\.x).min() ?? 0, inner.map(\.y).min() ?? 0)
      let (right, bottom) = (inner.map(\.maxX).max() ?? 0, inner.map(\.maxY).max() ?? 0)
      var rect = Rect(Point(left, top - Self.frameLabelHeight), Point(right, bottom)).grown(
        by: Self.framePadding)
      let width = measurer.width(group.label, Theme.frameLabel) + 2 * Self.framePadding
      if isVertical, let entry = nodes.filter({ ranks.host[$0] == nil }).map({ boxes[$0].rect.midX }).min() {
        // The label ends before the arrow that runs down into the frame.
        let missing = max(0, rect.x + width - entry)
        (rect.x, rect.width) = (rect.x - missing, rect.width + missing)
      }
      rect.width = max(rect.width, width)
      let baseline = Point(rect.x + Self.framePadding, rect.y + 6 + Theme.frameLabel.ascent)
      let label = measurer.run(group.label, Theme.frameLabel, GraphTheme.frame, at: baseline)
      frames.append(GraphLayout.Frame(rect: rect, label: label, boxes: nodes))
    }
    return frames.reversed()
  }

  /// The ranks in which a frame has boxes.
  private func ranks(of nodes: Set<Int>) -> [Int] { nodes.map { ranks.rank[ranks.host[$0] ?? $0] } }

  /// The room before a rank that the labels of frames need that end before it and are narrower than their labels.
  ///
  /// - Parameters:
  ///   - rank: The rank.
  ///   - begins: The left ends of the ranks before it.
  ///   - end: The right end of the last of these.
  /// - Returns: The room in points; 0 if the flow runs down.
  func labelGap(before rank: Int, begins: [Double], end: Double) -> Double {
    guard !isVertical else { return 0 }
    let missing = members.map { member in
      let ranks = ranks(of: member.nodes)
      guard let first = ranks.min(), ranks.max() == rank - 1 else { return 0.0 }
      return measurer.width(member.group.label, Theme.frameLabel) - (end - begins[first])
    }
    return max(0, missing.max() ?? 0)
  }

  /// The room between a rank and the one before it for the borders of frames, and for labels if the flow runs down.
  func frameGap(before rank: Int) -> Double {
    let borders = members.map { member in
      let ranks = ranks(of: member.nodes)
      let (before, after) = (ranks.contains(rank - 1), ranks.contains(rank))
      if before == after { return 0.0 }
      return Self.framePadding + (isVertical && after ? Self.frameLabelHeight : 0)
    }
    return borders.reduce(0, +)
  }

  /// The room across the flow, between two nodes of which some frames hold one alone.
  func frameGap(between a: Int, _ b: Int) -> Double {
    let borders = members.count { $0.nodes.contains(a) != $0.nodes.contains(b) }
    return Double(borders) * (Self.framePadding + Self.frameLabelHeight)
  }
}
