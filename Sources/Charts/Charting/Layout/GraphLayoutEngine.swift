/// Lays a diagram out from its ranks: the sizes and positions of nodes, along the flow and across it.
struct GraphLayoutEngine {
  let diagram: GraphDiagram
  let ranks: GraphRanks
  let measurer: TextMeasurer
  /// Whether the flow runs down the page instead of to the right.
  let isVertical: Bool

  private static let padding = (across: 11.0, up: 8.0)
  private static let rankGap = 30.0
  private var laneGap: Double { diagram.groups.isEmpty ? 20 : 50 }
  static let font = Theme.label

  /// Lays a diagram out from left to right, or downwards if it is wider than `width`.
  ///
  /// - Throws: ``ChartError`` if the diagram has no ranks, or is too wide in both directions.
  static func layout(
    _ diagram: GraphDiagram, width: Double, _ measurer: TextMeasurer
  ) throws(ChartError) -> GraphLayout {
    let ranks = try GraphRanks(diagram)
    let across = GraphLayoutEngine(diagram: diagram, ranks: ranks, measurer: measurer, isVertical: false)
      .layout()
    if across.size.width <= width, across.frames.allSatisfy(across.holdsOnlyItsBoxes) { return across }
    let down = GraphLayoutEngine(diagram: diagram, ranks: ranks, measurer: measurer, isVertical: true)
      .layout()
    guard down.size.width <= width else {
      throw .invalid(
        mark: "graph",
        what:
          "it needs \(Int(min(across.size.width, down.size.width))) points of width and has \(Int(width)): "
          + "widen the chart or shorten labels")
    }
    if let wrong = down.frames.first(where: { !down.holdsOnlyItsBoxes($0) }) {
      throw .invalid(
        mark: "graph",
        what: "the frame “\(wrong.label.text)” would go through boxes outside of it: add them, or drop it")
    }
    return down
  }

  /// The layout in one direction.
  func layout() -> GraphLayout {
    let sizes = diagram.nodes.map { size(of: $0) }
    let main = mainPositions(sizes)
    let cross = crossPositions(sizes)
    var centers = sizes.map { _ in Point(0, 0) }
    var passing: [Int: [Point]] = [:]
    for (rank, column) in ranks.columns.enumerated() {
      for (member, across) in zip(column, cross[rank]) {
        switch member {
        case .passing(let edge):
          // The edge runs straight past the whole rank, so that it bends in the gap between ranks.
          let half = main[rank].length / 2 + 4
          passing[edge, default: []] += [-half, half].map { point(main[rank].middle + $0, across) }
        case .node(let node):
          centers[node] = point(main[rank].middle, across)
          for (chain, sign) in [(ranks.above[node], -1.0), (ranks.below[node], 1.0)] {
            var edge = across + sign * crossLength(sizes[node]) / 2
            for link in chain {
              edge += sign * (chainGap(link) + crossLength(sizes[link]) / 2)
              centers[link] = point(main[rank].middle, edge)
              edge += sign * crossLength(sizes[link]) / 2
            }
          }
        }
      }
    }
    return assemble(centers, sizes, passing)
  }

  /// The layout of boxes and links, with its upper left corner at 0, 0.
  private func assemble(_ centers: [Point], _ sizes: [Size], _ passing: [Int: [Point]]) -> GraphLayout {
    let boxes = diagram.nodes.indices.map { box(diagram.nodes[$0], centers[$0], sizes[$0]) }
    var links: [GraphLayout.Link] = []
    for (index, end) in ranks.ends.enumerated() {
      let rects = (from: boxes[end.from].rect, to: boxes[end.to].rect)
      // A label stands to the right of an edge that runs down, or to the left if another edge bends to the right.
      let bendsRight = ranks.ends.indices.contains { other in
        guard other != index, let via = passing[other]?.first else { return false }
        let other = ranks.ends[other]
        return (other.from == end.from && via.x > rects.from.midX)
          || (other.to == end.to && via.x > rects.to.midX)
      }
      links.append(link(index, rects.from, rects.to, passing[index] ?? [], labelLeft: bendsRight))
    }
    let frames = frames(around: boxes)
    let labels = links.compactMap { $0.label?.box } + frames.flatMap { [$0.rect, $0.label.box] }
    let bends = links.flatMap { $0.path.polylines().joined() }
    let all = boxes.map(\.rect) + labels + bends.map { Rect($0, $0) }
    let (left, top) = (all.map(\.x).min() ?? 0, all.map(\.y).min() ?? 0)
    let (right, bottom) = (all.map(\.maxX).max() ?? 0, all.map(\.maxY).max() ?? 0)
    // A margin of half a border's width, so that no border is cut off.
    let layout = GraphLayout(
      boxes: boxes, links: links, size: Size(width: right - left + 2, height: bottom - top + 2),
      frames: frames)
    return layout.translated(by: 1 - left, 1 - top)
  }

  // ── Sizes along the flow (main) and across it (cross) ──

  private func size(of node: GraphDiagram.Node) -> Size {
    let lines = node.label.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let width = lines.map { measurer.width($0, Self.font) }.max() ?? 0
    let extra = node.kind == .quantizer ? 8.0 : 0
    return Size(
      width: max(width + 2 * (Self.padding.across + extra), 40),
      height: Double(lines.count) * 15 + 2 * Self.padding.up)
  }

  private func mainLength(_ size: Size) -> Double { isVertical ? size.height : size.width }
  private func crossLength(_ size: Size) -> Double { isVertical ? size.width : size.height }
  /// The point on the page with these coordinates along the flow and across it.
  private func point(_ main: Double, _ cross: Double) -> Point {
    isVertical ? Point(cross, main) : Point(main, cross)
  }

  private func labelWidth(_ edge: Int) -> Double {
    diagram.edges[edge].label.map { measurer.width($0, Theme.small) + 14 } ?? 0
  }

  /// The gap between a member of a static chain and its consumer.
  private func chainGap(_ node: Int) -> Double {
    let edge = ranks.ends.firstIndex { $0.from == node } ?? 0
    return (isVertical ? max(24, labelWidth(edge) + 8) : 24) + frameGap(between: node, ranks.ends[edge].to)
  }

  /// The middle of each rank along the flow, and its length.
  private func mainPositions(_ sizes: [Size]) -> [(middle: Double, length: Double)] {
    var positions: [(middle: Double, length: Double)] = []
    var edge = 0.0
    for (rank, column) in ranks.columns.enumerated() {
      let members = column.flatMap { member -> [Int] in
        guard case .node(let node) = member else { return [] }
        return [node] + ranks.above[node] + ranks.below[node]
      }
      let length = members.map { mainLength(sizes[$0]) }.max() ?? 0
      if rank > 0 {
        let begins = positions.map { $0.middle - $0.length / 2 }
        edge += gap(before: rank) + labelGap(before: rank, begins: begins, end: edge)
      }
      positions.append((edge + length / 2, length))
      edge += length
    }
    return positions
  }

  /// The gap before a rank, wide enough for the labels of the edges in it.
  private func gap(before rank: Int) -> Double {
    let rankGap = Self.rankGap + frameGap(before: rank)
    guard !isVertical else { return rankGap }
    let arriving = ranks.ends.indices.filter { edge in
      let end = ranks.ends[edge]
      return ranks.host[end.from] == nil && ranks.host[end.to] == nil && ranks.rank[end.from] + 1 == rank
    }
    return max(rankGap, arriving.map { labelWidth($0) + 10 }.max() ?? 0)
  }

  /// The extent of a member with its chains on both sides of its middle, across the flow.
  private func reach(_ member: GraphRanks.Member, _ sizes: [Size]) -> (before: Double, after: Double) {
    guard case .node(let node) = member else { return (6, 6) }
    let half = crossLength(sizes[node]) / 2
    func length(_ chain: [Int]) -> Double {
      chain.reduce(half) { $0 + chainGap($1) + crossLength(sizes[$1]) }
    }
    return (length(ranks.above[node]), length(ranks.below[node]))
  }

  /// The positions across the flow: each member near the mean of its neighbours, without overlaps.
  private func crossPositions(_ sizes: [Size]) -> [[Double]] {
    let reaches = ranks.columns.map { $0.map { reach($0, sizes) } }
    var positions = ranks.columns.map { $0.map { _ in 0.0 } }
    for (rank, column) in reaches.enumerated() {
      positions[rank] = separated(column.map { _ in 0 }, column, rank)
    }
    let neighbors = neighborTable()
    for pass in 0..<12 {
      let order = Array(ranks.columns.indices)
      for rank in pass % 2 == 0 ? order : order.reversed() {
        let wanted = ranks.columns[rank].indices.map { member in
          // Nodes align with nodes; passing edges follow.
          let all = neighbors[rank][member]
          let nodes = all.filter { isNode(ranks.columns[$0.rank][$0.member]) }
          let near = nodes.isEmpty ? all : nodes
          return near.isEmpty
            ? positions[rank][member]
            : near.reduce(0) { $0 + positions[$1.rank][$1.member] } / Double(near.count)
        }
        positions[rank] = separated(wanted, reaches[rank], rank)
      }
    }
    straighten(&positions)
    return positions
  }

  /// Makes an edge that passes every rank on the outside straight, at its outermost position.
  private func straighten(_ positions: inout [[Double]]) {
    for edge in ranks.ends.indices {
      let member = GraphRanks.Member.passing(edge: edge)
      let passed = ranks.columns.indices.filter { ranks.columns[$0].contains(member) }
      guard passed.count > 1 else { continue }
      if passed.allSatisfy({ ranks.columns[$0].last == member }) {
        let farthest = passed.map { positions[$0][positions[$0].count - 1] }.max() ?? 0
        for rank in passed { positions[rank][positions[rank].count - 1] = farthest }
      } else if passed.allSatisfy({ ranks.columns[$0].first == member }) {
        let farthest = passed.map { positions[$0][0] }.min() ?? 0
        for rank in passed { positions[rank][0] = farthest }
      }
    }
  }

  private func isNode(_ member: GraphRanks.Member) -> Bool {
    if case .node = member { return true }
    return false
  }

  /// The wanted positions, moved apart until nothing overlaps; passing edges move more readily than nodes.
  private func separated(
    _ wanted: [Double], _ reaches: [(before: Double, after: Double)], _ rank: Int
  ) -> [Double] {
    var positions = wanted
    for index in positions.indices.dropFirst() {
      let least = positions[index - 1] + reaches[index - 1].after + laneGap + reaches[index].before
      positions[index] = max(positions[index], least)
    }
    let weights = ranks.columns[rank].map { isNode($0) ? 1 : 0.001 }
    var drift = 0.0
    for index in positions.indices { drift += weights[index] * (positions[index] - wanted[index]) }
    drift /= max(weights.reduce(0, +), 0.001)
    return positions.map { $0 - drift }
  }

  /// For each member of each column, the linked members of other columns.
  private func neighborTable() -> [[[(rank: Int, member: Int)]]] {
    var table = ranks.columns.map { $0.map { _ in [(rank: Int, member: Int)]() } }
    func find(_ member: GraphRanks.Member, _ rank: Int) -> Int? { ranks.columns[rank].firstIndex(of: member) }
    for (edge, end) in ranks.ends.enumerated() where ranks.host[end.from] == nil && ranks.host[end.to] == nil
    {
      let (first, last) = (ranks.rank[end.from], ranks.rank[end.to])
      var previous = find(.node(end.from), first).map { (rank: first, member: $0) }
      for rank in (first + 1)..<max(last + 1, first + 2) where rank <= last {
        let member: GraphRanks.Member = rank == last ? .node(end.to) : .passing(edge: edge)
        guard let before = previous, let found = find(member, rank) else { break }
        table[rank][found].append(before)
        table[before.rank][before.member].append((rank, found))
        previous = (rank, found)
      }
    }
    return table
  }
}
