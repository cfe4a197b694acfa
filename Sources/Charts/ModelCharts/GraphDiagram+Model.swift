import Charting
import Layers
import Quantizers
import Support

extension GraphDiagram {
  /// Creates the graph of a model, from its inputs to its outputs.
  ///
  /// Layers with weights are dark, other layers white. In a quantized model every fake-quant has a box, with
  /// its range once it has one. A folded normalization and a fused ReLU stand in the box of their layer, since
  /// all three are one operation. In full detail a frame shows what each wrapper of a plain chain of layers holds.
  public init(of model: Model, detail: GraphDetail = .automatic) {
    self.init(steps: model.steps, outputs: model.outputIndices, detail: detail)
  }

  /// Creates the diagram of some steps of a model; the output of a step outside them enters as a box
  /// “continued”.
  init(steps: [ModelStep], outputs: [Int], detail: GraphDetail) {
    let detail = detail.resolved(for: steps)
    self.init(nodes: [], edges: [])
    var ends: [Int: String] = [:]
    for step in steps {
      for input in step.inputs where ends[input] == nil {
        nodes.append(Node("from \(input)", "continued", kind: .dynamicValue))
        ends[input] = "from \(input)"
      }
      let count = nodes.count
      ends[step.index] = add(step, after: step.inputs.compactMap { ends[$0] }, detail)
      guard let wrapper = step.wrapper, detail == .full, nodes.count > count + 1, Self.isChain(steps) else {
        continue
      }
      groups.append(Group(wrapper, nodes[count...].map(\.id)))
    }
    for (index, node) in outputs.enumerated() {
      guard let end = ends[node] else { continue }
      let label = outputs.count == 1 ? "output" : "output \(index + 1)"
      nodes.append(Node("output \(index)", label, kind: .dynamicValue))
      edges.append(Edge(end, "output \(index)"))
    }
  }

  /// Whether the steps follow one another without a branch.
  private static func isChain(_ steps: [ModelStep]) -> Bool {
    zip(steps, steps.dropFirst()).allSatisfy { $1.inputs == [$0.index] }
  }

  /// Adds the boxes of a step and returns the id of the last one.
  private mutating func add(_ step: ModelStep, after sources: [String], _ detail: GraphDetail) -> String {
    let id = "\(step.index)"
    if step.kind == .quantizer {
      nodes.append(Node(id, Self.label(step, detail), kind: .quantizer))
      edges += sources.map { Edge($0, id) }
      return id
    }
    if detail == .full {
      for (name, quantizer) in step.weights {
        nodes.append(Node("\(id) \(name)", name, kind: .staticValue))
        nodes.append(Node("\(id) \(name) fake", Self.label(quantizer), kind: .quantizer))
        edges += [Edge("\(id) \(name)", "\(id) \(name) fake"), Edge("\(id) \(name) fake", id)]
      }
    }
    let bits = Self.bits(step, detail)
    nodes.append(Node(id, (step.lines(detail) + bits).joined(separator: "\n"), kind: step.kind))
    edges += sources.map { Edge($0, id) }
    guard detail != .compact, step.output != nil else { return id }
    nodes.append(Node("\(id) fake", Self.label(step, detail), kind: .quantizer))
    edges.append(Edge(id, "\(id) fake"))
    return "\(id) fake"
  }

  /// The text in the box of an output's fake-quant.
  private static func label(_ step: ModelStep, _ detail: GraphDetail) -> String {
    guard let quantizer = step.output else { return "" }
    let text = detail == .compact ? "fake-quant\n\(bits(quantizer))" : label(quantizer)
    return step.sharesOutput ? "\(text)\nshared" : text
  }

  private static func label(_ quantizer: Quantizer) -> String {
    var lines = ["fake-quant", bits(quantizer)]
    if quantizer.format.isPerChannel {
      lines.append("per channel")
    } else if let range = quantizer.range {
      let ends = [range.low[0], range.high[0]].map { NumberFormat.significant(2).string(Double($0)) }
      lines.append(ends.joined(separator: " to "))
    }
    return lines.joined(separator: "\n")
  }

  private static func bits(_ quantizer: Quantizer) -> String {
    quantizer.format.bitWidth == 1 ? "1 bit" : "\(quantizer.format.bitWidth) bits"
  }

  /// One line with the bits of every fake-quant that has no box, such as W8 · A8; empty if there is none.
  private static func bits(_ step: ModelStep, _ detail: GraphDetail) -> [String] {
    let weights = detail == .full ? [] : step.weights.map { "W\($0.quantizer.format.bitWidth)" }
    let output = detail == .compact ? step.output.map { ["A\($0.format.bitWidth)"] } ?? [] : []
    let parts = weights + output
    return parts.isEmpty ? [] : [parts.joined(separator: " · ")]
  }
}

/// How much of a model its diagram shows.
public enum GraphDetail: Hashable, Sendable {
  /// ``full`` for models of up to eight steps, ``compact`` for larger ones.
  case automatic
  /// A box for every fake-quant, and for every kernel with a fake-quant.
  case full
  /// A box for every fake-quant of an output; the bits of a kernel stand in its layer's box: W8.
  case outputs
  /// One box a layer, with the bits of its kernel and of its output in it: W8 · A8.
  case compact
}

extension GraphDetail {
  /// The detail that `automatic` stands for, by the number of steps; any other detail unchanged.
  func resolved(for steps: [ModelStep]) -> GraphDetail {
    guard self == .automatic else { return self }
    return steps.count <= 8 ? .full : .compact
  }
}
