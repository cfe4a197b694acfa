extension PanelPreview {
  /// The paths through a diagram, one a line, with brackets that distinguish the kinds of node.
  func graphLines(_ graph: GraphDiagram) -> [StyledText] {
    let ids = graph.nodes.map(\.id)
    var used = Set<Int>()
    var lines: [StyledText] = []
    func outgoing(_ id: String) -> Int? {
      graph.edges.indices.first { graph.edges[$0].from == id && !used.contains($0) }
    }
    // Paths from sources first, in the order of the nodes; then branches.
    let sources = ids.filter { id in !graph.edges.contains { $0.to == id } }
    for id in sources + ids {
      while let first = outgoing(id) {
        var text = symbol(graph, id)
        var next: Int? = first
        while let edge = next {
          used.insert(edge)
          let label = graph.edges[edge].label.map { "─\($0)" } ?? ""
          text += " \(label)─▸ " + symbol(graph, graph.edges[edge].to)
          // The path ends where it meets a path that is listed already.
          let isListed = graph.edges.indices.contains {
            used.contains($0) && graph.edges[$0].from == graph.edges[edge].to
          }
          next = isListed ? nil : outgoing(graph.edges[edge].to)
        }
        lines += Self.wrap(text, columns - 2).enumerated().map {
          StyledText(($0.offset > 0 ? "  " : "") + $0.element)
        }
      }
    }
    let linked = Set(graph.edges.flatMap { [$0.from, $0.to] })
    lines += ids.filter { !linked.contains($0) }.map { StyledText(symbol(graph, $0)) }
    let kinds = GraphDiagram.Node.Kind.allCases.filter { kind in graph.nodes.contains { $0.kind == kind } }
    let legend = kinds.map { bracketed($0.shortLabel, $0) }.joined(separator: "  ")
    return lines + Self.wrap(legend, columns).map { StyledText($0, .dim) }
  }

  private func symbol(_ graph: GraphDiagram, _ id: String) -> String {
    guard let node = graph.nodes.first(where: { $0.id == id }) else { return id }
    // No-break spaces keep a name on one line.
    let label = node.label.replacing("\n", with: " ").replacing(" ", with: "\u{A0}")
    return bracketed(label, node.kind)
  }

  private func bracketed(_ text: String, _ kind: GraphDiagram.Node.Kind) -> String {
    switch kind {
    case .staticValue: "[\(text)]"
    case .dynamicValue: "(\(text))"
    case .operation: text
    case .layer: "{\(text)}"
    case .quantizer: "⟨\(text)⟩"
    }
  }

  /// The first images in braille, with a dot for each pixel brighter than the middle grey.
  func imageLines(_ grid: Mark.ImageGrid) -> [StyledText] {
    let height = (grid.images.first?.count ?? 0) / grid.width
    let (cellWidth, cellHeight) = ((grid.width + 1) / 2, (height + 3) / 4)
    let across = max(1, (columns + 2) / (cellWidth + 2))
    let shown = min(grid.images.count, across * max(1, 16 / (cellHeight + 1)))
    let middle = (grid.domain.lowerBound + grid.domain.upperBound) / 2
    var lines: [StyledText] = []
    for start in stride(from: 0, to: shown, by: across) {
      let images = start..<min(start + across, shown)
      let canvases = images.map { index in
        var canvas = BrailleCanvas(columns: cellWidth, rows: cellHeight)
        for (pixel, value) in grid.images[index].enumerated() where value > middle {
          canvas.set(pixel % grid.width, pixel / grid.width)
        }
        return canvas
      }
      for row in 0..<cellHeight {
        var line = StyledText()
        for (index, canvas) in canvases.enumerated() {
          line.pad(to: index * (cellWidth + 2))
          line.append(canvas.line(row))
        }
        lines.append(line)
      }
      if !grid.captions.isEmpty {
        var line = StyledText()
        for (position, index) in images.enumerated() {
          let caption = String(grid.captions[index].prefix(cellWidth))
          line.pad(to: position * (cellWidth + 2) + (cellWidth - caption.count) / 2)
          line.append(caption, .dim)
        }
        lines.append(line)
      }
    }
    let rest = grid.images.count - shown
    return lines + (rest > 0 ? [StyledText("and \(rest) more in the picture", .dim)] : [])
  }

  /// A number line: names, points, arrows, the line of levels, and the codes under it.
  func numberLineLines(_ line: Mark.NumberLine) -> [StyledText] {
    guard let x = layout.x else { return [] }
    let width = columns - 1
    func column(_ value: Double) -> Int {
      let share = (x.scale.position(value) - layout.plot.x) / layout.plot.width
      return 1 + min(max(Int(share * Double(width)), 0), width - 1)
    }
    func blank() -> [Character] { [Character](repeating: " ", count: columns) }
    var (upper, names, points) = (blank(), blank(), blank())
    var (arrows, rule, codes) = (blank(), blank(), blank())
    for index in 1..<columns { rule[index] = "─" }
    for level in line.levels where x.scale.contains(level) { rule[column(level)] = "┼" }
    for (index, point) in line.points.enumerated() where x.scale.contains(point) {
      points[column(point)] = "●"
      if index < line.names.count, !Self.write(line.names[index], at: column(point), in: &names) {
        Self.write(line.names[index], at: column(point), in: &upper)
      }
      if index < line.snapped.count {
        let (from, to) = (column(point), column(line.snapped[index]))
        arrows[(from + to) / 2] = from == to ? "↓" : from < to ? "↘" : "↙"
      }
    }
    for (level, code) in zip(line.levels, line.codes) where x.scale.contains(level) {
      Self.write(code, at: column(level), in: &codes)
    }
    var lines = (line.label.map { [StyledText($0, .bold)] } ?? [])
    let style = Theme.paint(line.color ?? .floats).terminalStyle
    if upper.contains(where: { $0 != " " }) { lines.append(StyledText(String(upper), style)) }
    if !line.names.isEmpty { lines.append(StyledText(String(names), style)) }
    if !line.points.isEmpty {
      lines += [StyledText(String(points), style), StyledText(String(arrows), style)]
    }
    lines.append(StyledText(String(rule)))
    if !line.codes.isEmpty { lines.append(StyledText(String(codes), .dim)) }
    return lines
  }

  /// Writes a text centred at a column, unless it would touch another text.
  ///
  /// - Returns: Whether the text was written.
  @discardableResult
  static func write(_ text: String, at column: Int, in line: inout [Character]) -> Bool {
    let start = min(max(column - text.count / 2, 0), line.count - text.count)
    guard start >= 0 else { return false }
    let around = line[max(0, start - 1)..<min(line.count, start + text.count + 1)]
    guard around.allSatisfy({ $0 == " " }) else { return false }
    line.replaceSubrange(start..<start + text.count, with: Array(text))
    return true
  }
}

extension GraphDiagram.Node.Kind {
  fileprivate var shortLabel: String {
    switch self {
    case .staticValue: "static"
    case .dynamicValue: "dynamic"
    case .operation: "operation"
    case .layer: "layer"
    case .quantizer: "quantizer"
    }
  }
}
