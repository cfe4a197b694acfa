/// Exercise 06.2: place the fake-quants of a graph.
public protocol Exercise0602: Sendable {
  /// The fake-quants of each of `layers`, which stand one behind the other, as the model transforms place them.
  ///
  /// A runtime computes a convolution or a dense layer, a normalization right behind it, and a ReLU right behind
  /// them in one operation. An operation rounds its kernel, and its output once, at its end. Poolings and
  /// flattening only pick and rearrange numbers, which are rounded already. (The model's input gets a
  /// fake-quant too; it is not asked for.)
  ///
  /// By hand first: conv, batchNorm, relu, maxPool, flatten, dense. Which layers have kernels? How many
  /// operations are there, and which layer is the last of each?
  ///
  /// A normalization stands right behind a convolution or a dense layer, a ReLU behind one of those three.
  ///
  /// - Throws: `Todo` until it is solved.
  static func fakeQuants(in layers: [GraphLayer]) throws -> [FakeQuants]
}

/// A layer of the graphs in exercise 06.2.
public enum GraphLayer: String, Hashable, Codable, Sendable {
  /// A convolution, which has a kernel.
  case conv
  /// A dense layer, which has a kernel.
  case dense
  /// A batch normalization.
  case batchNorm
  /// A ReLU.
  case relu
  /// A max pooling.
  case maxPool
  /// A layer that makes rows of numbers of images.
  case flatten
}

/// The fake-quants that a layer gets, in exercise 06.2.
public struct FakeQuants: Hashable, Codable, Sendable, CustomStringConvertible {
  /// Whether its kernel is rounded.
  public var kernel: Bool
  /// Whether its output is rounded.
  public var output: Bool

  /// Creates the fake-quants of a layer.
  public init(kernel: Bool, output: Bool) { (self.kernel, self.output) = (kernel, output) }

  /// What is rounded: "kernel + output", or "–" for nothing.
  public var description: String {
    let parts = (kernel ? ["kernel"] : []) + (output ? ["output"] : [])
    return parts.isEmpty ? "–" : parts.joined(separator: " + ")
  }
}

extension Exercise {
  /// Place the fake-quants of a graph.
  public static let placement = Exercise(
    "06.2", "place the fake-quants of a graph", section: "lesson 6, \"Three graphs of one block\"",
    index: "An index beyond the end of a list crashes: the last layer has none behind it.",
    hints: [
      "Take a pencil and draw a box around each operation of conv, batchNorm, relu, maxPool, flatten, dense. "
        + "Where does something leave a box?",
      "Read \"Three graphs of one block\" in lesson 6, and look at its rightmost graph. The kernel keeps its "
        + "fake-quant whatever stands behind it.",
      "Go through `layers.indices`. A kernel: that is up to the layer alone. An output: is the layer part of an "
        + "operation, and does the next layer, if there is one, still belong to it?",
    ])
}
