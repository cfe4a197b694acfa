/// A node-link diagram of a model: what flows into what, with static and dynamic values told apart.
///
/// Laid out in layers from left to right along the edges.
public struct GraphDiagram: Hashable, Codable, Sendable {
  /// One box.
  public struct Node: Hashable, Codable, Sendable {
    /// What a node is, which decides its shape and colour.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
      /// Numbers fixed before inference: weights, biases.
      case staticValue
      /// Numbers that differ with each input: images, activations.
      case dynamicValue
      /// A computation.
      case operation
      /// A layer: a computation with its weights.
      case layer
      /// A computation that quantization put there.
      case quantizer
    }

    /// How edges name it; unique in the diagram.
    public var id: String
    /// What is written in it; a newline starts a new line.
    public var label: String
    /// What it is.
    public var kind: Kind

    /// Creates a node; its label is its id unless one is given.
    public init(_ id: String, _ label: String? = nil, kind: Kind) {
      (self.id, self.label, self.kind) = (id, label ?? id, kind)
    }
  }

  /// One arrow.
  public struct Edge: Hashable, Codable, Sendable {
    /// The id of the node where it starts.
    public var from: String
    /// The id of the node where it ends.
    public var to: String
    /// What is written on it, such as a shape.
    public var label: String?
    /// Its pattern.
    public var dash: Dash

    /// Creates an edge.
    public init(_ from: String, _ to: String, label: String? = nil, dash: Dash = .solid) {
      (self.from, self.to, self.label, self.dash) = (from, to, label, dash)
    }
  }

  /// The boxes.
  public var nodes: [Node]
  /// The arrows.
  public var edges: [Edge]

  /// Creates a diagram.
  public init(nodes: [Node], edges: [Edge]) {
    (self.nodes, self.edges) = (nodes, edges)
  }
}

extension Mark {
  /// A node-link diagram of `nodes` and `edges`; the kinds of node are listed in the legend.
  public static func graph(nodes: [GraphDiagram.Node], edges: [GraphDiagram.Edge]) -> Mark {
    .graph(GraphDiagram(nodes: nodes, edges: edges))
  }
}
