/// The ranks of a diagram: the column in which each node stands, before anything has a size.
///
/// The flow of dynamic values runs through the columns. A static value with one consumer is stacked above the
/// consumer, together with the operations on the way (a static chain); a second chain stands below it.
struct GraphRanks {
  /// A node, or the point where a long edge passes a column (a dummy node).
  enum Member: Hashable {
    case node(Int)
    case passing(edge: Int)
  }

  /// The columns, each with its members from top to bottom.
  private(set) var columns: [[Member]] = []
  /// For each node, the static chain above it, nearest first.
  private(set) var above: [[Int]]
  /// For each node, the static chain below it, nearest first.
  private(set) var below: [[Int]]
  /// For each node in a chain, the consumer at the chain's end.
  private(set) var host: [Int?]
  /// For each edge, the indices of its end nodes.
  let ends: [(from: Int, to: Int)]
  /// For each node, the index of its column.
  private(set) var rank: [Int]

  /// Ranks the nodes of a diagram.
  ///
  /// - Throws: ``ChartError`` for an edge to a missing node, two nodes with one id, or a cycle.
  init(_ diagram: GraphDiagram) throws(ChartError) {
    let ends = try Self.ends(of: diagram)
    let count = diagram.nodes.count
    self.ends = ends
    (above, below) = (Array(repeating: [], count: count), Array(repeating: [], count: count))
    (host, rank) = (Array(repeating: nil, count: count), Array(repeating: 0, count: count))
    let order = try Self.order(diagram, ends)
    attachStatics(diagram, order)
    rankNodes(order)
    fillColumns()
  }

  private static func ends(of diagram: GraphDiagram) throws(ChartError) -> [(from: Int, to: Int)] {
    var index: [String: Int] = [:]
    for (position, node) in diagram.nodes.enumerated() {
      guard index.updateValue(position, forKey: node.id) == nil else {
        throw .invalid(mark: "graph", what: "two nodes have the id “\(node.id)”: rename one")
      }
    }
    for group in diagram.groups {
      guard let missing = group.nodes.first(where: { index[$0] == nil }) else { continue }
      throw .invalid(mark: "graph", what: "the frame “\(group.label)” names no node: add “\(missing)”")
    }
    var ends: [(from: Int, to: Int)] = []
    for edge in diagram.edges {
      guard let from = index[edge.from], let to = index[edge.to] else {
        let missing = index[edge.from] == nil ? edge.from : edge.to
        throw .invalid(
          mark: "graph", what: "the edge “\(edge.from)” → “\(edge.to)” names no node: add “\(missing)”")
      }
      ends.append((from, to))
    }
    return ends
  }

  /// The nodes in topological order.
  private static func order(_ diagram: GraphDiagram, _ ends: [(from: Int, to: Int)]) throws(ChartError)
    -> [Int]
  {
    var waiting = diagram.nodes.map { _ in 0 }
    for end in ends { waiting[end.to] += 1 }
    var order: [Int] = []
    var ready = diagram.nodes.indices.filter { waiting[$0] == 0 }
    while !ready.isEmpty {
      let node = ready.removeFirst()
      order.append(node)
      for end in ends where end.from == node {
        waiting[end.to] -= 1
        if waiting[end.to] == 0 { ready.append(end.to) }
      }
    }
    guard order.count == diagram.nodes.count else {
      let names = diagram.nodes.indices.filter { waiting[$0] > 0 }.map { diagram.nodes[$0].id }
      throw .invalid(
        mark: "graph",
        what: "its edges run in a circle through \(names.joined(separator: ", ")): drop one of them")
    }
    return order
  }

  /// Finds the static chains above and below each node.
  private mutating func attachStatics(_ diagram: GraphDiagram, _ order: [Int]) {
    var isStatic = diagram.nodes.map { $0.kind == .staticValue }
    for node in order where !isStatic[node] {
      let sources = ends.filter { $0.to == node }
      isStatic[node] = !sources.isEmpty && sources.allSatisfy { isStatic[$0.from] }
    }
    for end in ends where isStatic[end.from] && !isStatic[end.to] {
      guard let chain = chain(endingWith: end.from) else { continue }
      if above[end.to].isEmpty {
        above[end.to] = chain
      } else if below[end.to].isEmpty {
        below[end.to] = chain
      } else {
        continue
      }
      chain.forEach { host[$0] = end.to }
    }
  }

  /// The nodes from `node` back to a source; nil unless each has one consumer and at most one input.
  private func chain(endingWith node: Int) -> [Int]? {
    var chain: [Int] = []
    var next: Int? = node
    while let current = next {
      let inputs = ends.filter { $0.to == current }
      guard ends.filter({ $0.from == current }).count == 1, inputs.count < 2 else { return nil }
      chain.append(current)
      next = inputs.first?.from
    }
    return chain
  }

  private mutating func rankNodes(_ order: [Int]) {
    for node in order {
      for end in ends where end.to == node && host[end.from] == nil && host[node] == nil {
        rank[node] = max(rank[node], rank[end.from] + 1)
      }
    }
    // A source stands in the column before its first consumer.
    for node in order.reversed()
    where host[node] == nil && !ends.contains(where: { $0.to == node && host[$0.from] == nil }) {
      if let first = ends.filter({ $0.from == node }).map({ rank[host[$0.to] ?? $0.to] }).min() {
        rank[node] = max(0, first - 1)
      }
    }
  }

  private mutating func fillColumns() {
    let last = rank.indices.filter { host[$0] == nil }.map { rank[$0] }.max() ?? 0
    columns = Array(repeating: [], count: last + 1)
    for node in rank.indices where host[node] == nil { columns[rank[node]].append(.node(node)) }
    for (index, end) in ends.enumerated() where host[end.from] == nil && host[end.to] == nil {
      for column in (rank[end.from] + 1)..<max(rank[end.to], rank[end.from] + 1) {
        columns[column].append(.passing(edge: index))
      }
    }
  }
}
