/// The cut of a long graph into columns, which are read from left to right.
package enum GraphColumns {
  /// The longest graph, in boxes, that is not cut.
  private static let length = 12

  /// The steps of each column.
  ///
  /// The graph is cut only where a single value passes, so a branch stays in one column.
  ///
  /// - Parameters:
  ///   - steps: The steps in the order in which they run: the index of the value that a step gives, and the indices of
  ///     those that it takes.
  ///   - outputs: The indices of the values that are results.
  /// - Returns: One range, or those of several columns, which follow one another.
  package static func ranges(of steps: [(index: Int, inputs: [Int])], outputs: [Int]) -> [Range<Int>] {
    guard steps.count > length else { return [steps.indices] }
    // Two columns, or three, or rows of three.
    let rows = (steps.count + 5 * length - 1) / (5 * length)
    let count = steps.count <= 2 * length ? 2 : 3 * rows
    let height = (steps.count + count - 1) / count
    var columns: [Range<Int>] = []
    var begin = 0
    for (place, step) in steps.enumerated() where place + 1 - begin >= height {
      let done = Set(steps[...place].map(\.index))
      let passing = Set(steps[(place + 1)...].flatMap(\.inputs)).intersection(done)
      guard passing == [step.index], !done.contains(where: { outputs.contains($0) }) else { continue }
      columns.append(begin..<place + 1)
      begin = place + 1
    }
    return columns + [begin..<steps.count]
  }
}

extension Chart {
  /// A chart of the columns of a graph, as many side by side as have room, three at most.
  package static func graphColumns(_ diagrams: [GraphDiagram], title: String?, subtitle: String? = nil)
    -> Chart
  {
    let panels = diagrams.enumerated().map { index, diagram in
      Panel(legend: index == 0 ? .automatic : .hidden, marks: [.graph(diagram)])
    }
    for columns in [3, 2] where columns <= panels.count {
      let chart = Chart(title: title, subtitle: subtitle, columns: columns, panels: panels)
      if (try? chart.layout()) != nil { return chart }
    }
    return Chart(title: title, subtitle: subtitle, panels: panels)
  }
}
