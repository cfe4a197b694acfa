/// Exercise 10.3: name what a runtime refuses.
public protocol Exercise1003: Sendable {
  /// The names of the layers that a runtime refuses, in their order.
  ///
  /// The runtime, which is much like TFLite Micro, refuses
  /// - a layer whose output has other than 8 bits;
  /// - a dense layer with weights of 4 bits and more than one scale;
  /// - a softmax whose output has another scale than 1/256.
  ///
  /// By hand first: a convolution with weights of 4 bits and 16 scales, and a dense layer of the same kind, both with
  /// outputs of 8 bits. Which of them is refused?
  ///
  /// - Throws: `Todo` until it is solved.
  static func refused(_ layers: [FileLayer]) throws -> [String]
}

/// What a file says of a layer, in exercise 10.3.
public struct FileLayer: Hashable, Codable, Sendable {
  /// What a layer computes.
  public enum Kind: String, Hashable, Codable, Sendable {
    /// A convolution, a dense layer, or a softmax.
    case convolution, dense, softmax
  }

  /// The layer's name.
  public let name: String
  /// What it computes.
  public let kind: Kind
  /// The bits of a weight; 0 for a softmax, which has none.
  public let weightBits: Int
  /// How many scales its weights have.
  public let scaleCount: Int
  /// The bits of a code of its output.
  public let outputBits: Int
  /// The scale of its output.
  public let outputScale: Float

  /// Creates what a file says of a layer.
  public init(
    name: String, kind: Kind, weightBits: Int, scaleCount: Int, outputBits: Int = 8, outputScale: Float = 0.05
  ) {
    (self.name, self.kind, self.weightBits) = (name, kind, weightBits)
    (self.scaleCount, self.outputBits, self.outputScale) = (scaleCount, outputBits, outputScale)
  }
}

extension Exercise {
  /// Name what a runtime refuses.
  public static let refusedLayers = Exercise(
    "10.3", "name what a runtime refuses", section: "lesson 10, \"What runtimes refuse\"",
    hints: [
      "Which of the three rules ask for the kind of the layer, and which for every layer?",
      "Read \"What runtimes refuse\" in lesson 10. A dense layer has to have three properties at once to be refused by "
        + "the second rule.",
      "Keep the layers for which the first rule, or the second, or the third holds, and take their names.",
    ])
}
