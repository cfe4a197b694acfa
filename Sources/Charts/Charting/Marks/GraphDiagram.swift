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

  /// A frame around some boxes: a layer that holds a layer, for example.
  public struct Group: Hashable, Codable, Sendable {
    /// The text at the top of the frame.
    public var label: String
    /// The ids of the nodes in the frame.
    public var nodes: [String]

    /// Creates a frame.
    ///
    /// - Parameters:
    ///   - label: The text at the top of the frame.
    ///   - nodes: The ids of the nodes in the frame, at least one.
    public init(_ label: String, _ nodes: [String]) {
      (self.label, self.nodes) = (label, nodes)
    }
  }

  /// The boxes.
  public var nodes: [Node]
  /// The arrows.
  public var edges: [Edge]
  /// The frames around boxes; a frame may lie in another one.
  public var groups: [Group]

  /// Creates a diagram.
  ///
  /// - Parameters:
  ///   - nodes: The boxes.
  ///   - edges: The arrows.
  ///   - groups: The frames around boxes; a frame may lie in another one.
  public init(nodes: [Node], edges: [Edge], groups: [Group] = []) {
    (self.nodes, self.edges, self.groups) = (nodes, edges, groups)
  }

  /// Reads a diagram; one of an earlier version has no frames.
  ///
  /// - Throws: `DecodingError` if it has no nodes or edges.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    nodes = try container.decode([Node].self, forKey: .nodes)
    edges = try container.decode([Edge].self, forKey: .edges)
    groups = try container.decodeIfPresent([Group].self, forKey: .groups) ?? []
  }
}

extension Mark {
  /// A node-link diagram; the kinds of node are listed in the legend.
  ///
  /// - Parameters:
  ///   - nodes: The boxes.
  ///   - edges: The arrows.
  ///   - groups: The frames around boxes; a frame may lie in another one.
  /// - Returns: The mark.
  public static func graph(
    nodes: [GraphDiagram.Node], edges: [GraphDiagram.Edge], groups: [GraphDiagram.Group] = []
  ) -> Mark {
    .graph(GraphDiagram(nodes: nodes, edges: edges, groups: groups))
  }
}
