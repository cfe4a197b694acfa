/// A node-link diagram of a model, which distinguishes static from dynamic values.
///
/// Nodes are laid out in ranks along the edges, from left to right, or downwards if the page is too narrow.
public struct GraphDiagram: Hashable, Codable, Sendable {
  /// One box.
  public struct Node: Hashable, Codable, Sendable {
    /// The kind of a node, which decides its shape and colour.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
      /// Numbers that are fixed before inference: weights, biases.
      case staticValue
      /// Numbers that differ with each input: images, activations.
      case dynamicValue
      /// A computation.
      case operation
      /// A layer: a computation with its weights.
      case layer
      /// A computation inserted by quantization.
      case quantizer
    }

    /// The name that edges use; unique in the diagram.
    public var id: String
    /// The text in the box; a newline starts a new line.
    public var label: String
    /// The kind of the node.
    public var kind: Kind

    /// Creates a node; its label is its id unless one is given.
    public init(_ id: String, _ label: String? = nil, kind: Kind) {
      (self.id, self.label, self.kind) = (id, label ?? id, kind)
    }
  }

  /// One arrow.
  public struct Edge: Hashable, Codable, Sendable {
    /// The id of the node where the arrow starts.
    public var from: String
    /// The id of the node where the arrow ends.
    public var to: String
    /// The text at the arrow, such as a shape.
    public var label: String?
    /// The dash pattern.
    public var dash: Dash

    /// Creates an edge.
    ///
    /// - Parameters:
    ///   - from: The id of the node where the arrow starts.
    ///   - to: The id of the node where the arrow ends.
    ///   - label: The text at the arrow, such as a shape.
    ///   - dash: The dash pattern.
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
  /// A node-link diagram; the kinds of node are listed in the legend.
  public static func graph(nodes: [GraphDiagram.Node], edges: [GraphDiagram.Edge]) -> Mark {
    .graph(GraphDiagram(nodes: nodes, edges: edges))
  }
}
